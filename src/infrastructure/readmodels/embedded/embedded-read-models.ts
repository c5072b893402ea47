import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import {
  type Build,
  type FoundByKey,
  type Model,
  ModelNotReady,
  type Query,
  ReadModels,
  ReadModelsUnavailable,
  type Scalar,
  type StoredDocument,
  type Where,
  type Write,
} from '../../../application/ports/read-models.js';
import { assertAnswers, type BuildRecord } from '../build-record.js';
import { assertKey } from '../document-fields.js';
import { WriterLock } from '../../shared/writer-lock.js';
import { boundOf, conditionsOf, cursorAt, planOf } from '../plan.js';
import {
  columnValues,
  countUpTo,
  createIndexes,
  createTable,
  selectPage,
  tableOf,
  upsert,
} from './build-table.js';
import { BuildRegistry } from './build-registry.js';
import { Database } from './database.js';

const FILE = 'read-models.db';
const LOCK_FILE = 'read-models.lock';
const SCAN_PAGE = 500;

type Opened = { readonly database: Database; readonly registry: BuildRegistry };
/** A row of a page: arrays are created faster than objects. */
type PageRow = readonly [key: string, document: string, ...place: (Scalar | null)[]];
type StoredRow = readonly [position: bigint, document: string];
type Row = { readonly key: string; readonly document: string };

/**
 * Read models in one SQLite file, `read-models.db`, in the data folder: one writer, and any number of readers beside it
 * in other threads and processes. A commit is one transaction of documents and checkpoint.
 */
export class EmbeddedReadModels extends ReadModels {
  private closed = false;

  private constructor(
    private readonly path: string,
    private opened: Opened | undefined,
    private readonly lock?: WriterLock,
  ) {
    super();
  }

  /**
   * For the projector, the only writer of a folder. Creates the folder if there is none.
   *
   * @throws {DataFolderUnusable}
   */
  static writer(folder: string): EmbeddedReadModels {
    mkdirSync(folder, { recursive: true });
    const lockPath = join(folder, LOCK_FILE);
    const lock = WriterLock.take(lockPath, {
      inUse: () => `Another process writes the read models: it holds ${lockPath}.`,
    });
    try {
      const path = join(folder, FILE);
      return new EmbeddedReadModels(path, open(Database.toWrite(path)), lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /**
   * For queries. No model is ready until a writer has created the file.
   *
   * @throws {DataFolderUnusable}
   */
  static reader(folder: string): EmbeddedReadModels {
    const path = join(folder, FILE);
    return new EmbeddedReadModels(path, open(Database.toRead(path)));
  }

  override async get<Document extends object>(model: Model, key: string): Promise<Document | undefined> {
    if (!key.isWellFormed()) return undefined;
    return this.onLive(model, (database, live) => {
      const row = database.prepare(`SELECT document FROM ${tableOf(live)} WHERE key = ?`).get(key);
      return row && (JSON.parse((row as Row).document) as Document);
    });
  }

  override async query<Document extends object>(model: Model, query: Query): Promise<FoundByKey<Document>> {
    const plan = planOf(model, query);
    const page = this.onLive(model, (database, live) => {
      assertAnswers(live.model, model, plan);
      const { text, values } = selectPage(live, plan);
      const select = database.prepare(text);
      select.setReturnArrays(true);
      const rows = select.all(...values) as unknown as PageRow[];
      const page = rows.slice(0, plan.limit);
      const keys = page.map(([key]) => key);
      const documents = page.map(([, document]) => JSON.parse(document) as Document);

      const last = page.at(-1);
      if (rows.length === page.length || last === undefined) return { documents, keys };
      const [key, , ...place] = last;
      return { documents, keys, next: cursorAt(plan, { values: place, key }) };
    });
    // A caller that reads page after page must not block the event loop.
    if (page.next !== undefined) await turn();
    return page;
  }

  override async count(model: Model, where: Where, bound: number): Promise<number> {
    const conditions = conditionsOf(model, where);
    return this.onLive(model, (database, live) => {
      assertAnswers(live.model, model, { conditions, sort: [] });
      const { text, values } = countUpTo(live, conditions, boundOf(bound));
      return Number(database.prepare(text).get(...values)?.['count']);
    });
  }

  override async position(model: Model): Promise<bigint | undefined> {
    const opened = this.file();
    return opened?.database.reading(() => opened.registry.find(model, 'live')?.checkpoint);
  }

  override async builds(model: Model): Promise<{ readonly live?: Build; readonly building?: Build }> {
    const opened = this.file();
    if (!opened) return {};
    return opened.database.reading(() => {
      const live = opened.registry.find(model, 'live');
      const building = opened.registry.find(model, 'building');
      return { ...(live && { live: buildOf(live) }), ...(building && { building: buildOf(building) }) };
    });
  }

  override async begin(model: Model): Promise<Build> {
    const { database, registry } = this.writable();
    return database.writing(() => {
      for (const id of registry.ids(model, 'building')) this.throwAway(id);
      const build = registry.add(model);
      database.exec(createTable(build));
      return buildOf(build);
    });
  }

  override async swap(build: Build): Promise<void> {
    const { database, registry } = this.writable();
    database.writing(() => {
      const { state, ...record } = registry.get(build);
      if (state === 'live') return;
      // Only now: creating an index once is faster than updating it with every write of the build.
      for (const statement of createIndexes(record)) database.exec(statement);
      for (const id of registry.ids(build.model, 'live')) this.throwAway(id);
      registry.write(record, 'live');
    });
  }

  override async checkpoint(build: Build): Promise<bigint> {
    return this.onBuild(build, (_database, record) => record.checkpoint);
  }

  override async load(build: Build, keys: readonly string[]): Promise<ReadonlyMap<string, StoredDocument>> {
    return this.onBuild(build, (database) => {
      const select = database.prepare(`SELECT position, document FROM ${tableOf(build)} WHERE key = ?`);
      select.setReadBigInts(true);
      select.setReturnArrays(true);
      const found = new Map<string, StoredDocument>();
      for (const key of keys) {
        const row = select.get(key) as unknown as StoredRow | undefined;
        if (row) found.set(key, { document: JSON.parse(row[1]) as object, position: row[0] });
      }
      return found;
    });
  }

  override async commit(build: Build, writes: readonly Write[], checkpoint: bigint): Promise<void> {
    for (const write of writes) assertKey(write);
    const { database, registry } = this.writable();
    database.writing(() => {
      const { state, ...record } = registry.get(build);
      const put = database.prepare(upsert(record));
      const drop = database.prepare(`DELETE FROM ${tableOf(record)} WHERE key = ? AND position < ?`);
      for (const { key, document, fields, position } of writes) {
        // Writes up to the checkpoint were done before, and their documents perhaps dropped since.
        if (position <= record.checkpoint) continue;
        if (document === undefined) drop.run(key, position);
        else
          put.run(key, position, JSON.stringify(document), ...columnValues(record.model, fields ?? document));
      }
      if (checkpoint > record.checkpoint) registry.write({ ...record, checkpoint }, state);
    });
  }

  override async *scan(
    build: Build,
  ): AsyncIterable<readonly { readonly key: string; readonly document: object }[]> {
    const select = `SELECT key, document FROM ${tableOf(build)}`;
    for (let after: string | undefined; ;) {
      const rows = this.onBuild(build, (database) =>
        after === undefined
          ? database.prepare(`${select} ORDER BY key LIMIT ?`).all(SCAN_PAGE)
          : database.prepare(`${select} WHERE key > ? ORDER BY key LIMIT ?`).all(after, SCAN_PAGE),
      ) as Row[];
      if (rows.length > 0) {
        yield rows.map(({ key, document }) => ({ key, document: JSON.parse(document) as object }));
      }
      after = rows.at(-1)?.key;
      if (rows.length < SCAN_PAGE) return;
    }
  }

  override async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.opened?.database.close();
    this.lock?.release();
  }

  /** Looks up the live build and reads it in one transaction: the writer may swap builds in between. */
  private onLive<T>(model: Model, read: (database: Database, live: BuildRecord) => T): T {
    const opened = this.file();
    if (!opened) throw new ModelNotReady(model.name);
    return opened.database.reading(() => {
      const live = opened.registry.find(model, 'live');
      if (!live) throw new ModelNotReady(model.name);
      return read(opened.database, live);
    });
  }

  private onBuild<T>(build: Build, read: (database: Database, record: BuildRecord) => T): T {
    const opened = this.file();
    if (!opened) throw new ReadModelsUnavailable(`There is no ${this.path}.`);
    return opened.database.reading(() => read(opened.database, opened.registry.get(build)));
  }

  private throwAway(id: string): void {
    const { database, registry } = this.writable();
    database.exec(`DROP TABLE IF EXISTS ${tableOf({ id })}`);
    registry.remove(id);
  }

  private file(): Opened | undefined {
    if (this.closed) throw new ReadModelsUnavailable('The read models are closed.');
    this.opened ??= open(Database.toRead(this.path));
    return this.opened;
  }

  private writable(): Opened {
    const opened = this.file();
    if (!this.lock || !opened) throw new TypeError('These read models were opened for queries only.');
    return opened;
  }
}

const open = <D extends Database | undefined>(database: D) =>
  (database && { database, registry: new BuildRegistry(database) }) as D extends Database
    ? Opened
    : undefined;

const buildOf = ({ id, model }: BuildRecord): Build => ({ id, model });
