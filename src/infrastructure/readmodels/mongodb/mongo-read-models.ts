import { type Collection, type Db, ObjectId } from 'mongodb';
import { START } from '../../../application/ports/event-store.js';
import {
  type Build,
  type FoundByKey,
  type Model,
  ModelNotReady,
  type Query,
  ReadModels,
  type StoredDocument,
  type Where,
  type Write,
} from '../../../application/ports/read-models.js';
import { assertAnswers, type BuildRecord, modelOf } from '../build-record.js';
import { assertKey, fieldOf } from '../document-fields.js';
import { boundOf, conditionsOf, cursorAt, planOf } from '../plan.js';
import { MongoConnection, dropCollection, isDropped } from './mongo-connection.js';
import { filterOf, pageFilterOf, fieldPath, sortOf } from './filters.js';
import { MongoBuildRegistry } from './mongo-build-registry.js';
import { documentIn, keyOf, type Stored, storedOf } from './stored.js';
import { Tombstones } from './tombstones.js';
import { writeGuarded } from './write-guarded.js';

const QUERY_DEADLINE_MS = 10_000;
const WRITE_DEADLINE_MS = 60_000;
const LOAD_KEYS_MAX = 1_000;
const SCAN_PAGE = 500;

/**
 * Read models in MongoDB: a collection for each build, and one of build records.
 *
 * Documents are written before the checkpoint moves, each guarded by its position, without a transaction: so it works on a
 * server alone, a replica set and a sharded cluster alike. A write counts when a majority has it in its journal.
 */
export class MongoReadModels extends ReadModels {
  private readonly connection: MongoConnection;
  private readonly tombstones = new Tombstones();

  /**
   * Does not connect yet: the first call does.
   *
   * @param url `mongodb://…`; its database, or else `playledger`, holds the models
   * @param queryDeadlineMs within which a call for a query ends; one of the projector gets at least a minute
   */
  constructor(
    url: string,
    private readonly queryDeadlineMs: number = QUERY_DEADLINE_MS,
  ) {
    super();
    this.connection = new MongoConnection(url);
  }

  override get<Document extends object>(model: Model, key: string): Promise<Document | undefined> {
    return this.onLive(model, async (documents) => {
      if (!key.isWellFormed()) return undefined;
      const stored = await documents.findOne({ _id: key, document: { $exists: true } });
      return stored ? (documentIn(stored) as Document) : undefined;
    });
  }

  override async query<Document extends object>(model: Model, query: Query): Promise<FoundByKey<Document>> {
    const plan = planOf(model, query);
    const rows = await this.onLive(model, async (documents, live) => {
      assertAnswers(live.model, model, plan);
      const page = documents.find(pageFilterOf(plan), { limit: plan.limit + 1, batchSize: plan.limit + 2 });
      const found = await page.sort(sortOf(plan)).toArray();
      return found.length === 0 ? undefined : found;
    });
    const page = (rows ?? []).slice(0, plan.limit);
    const documents = page.map((row) => documentIn(row) as Document);

    const keys = page.map(keyOf);
    const last = page.at(-1);
    if (!last || rows?.length === page.length) return { documents, keys };
    const values = plan.sort.map((field) => fieldOf(model, field, last.document ?? {}));
    return { documents, keys, next: cursorAt(plan, { values, key: keyOf(last) }) };
  }

  override async count(model: Model, where: Where, bound: number): Promise<number> {
    const conditions = conditionsOf(model, where);
    const limit = boundOf(bound);
    const counted = await this.onLive(model, async (documents, live) => {
      assertAnswers(live.model, model, { conditions, sort: [] });
      return (await documents.countDocuments(filterOf(conditions), { limit })) || undefined;
    });
    return counted ?? 0;
  }

  override position(model: Model): Promise<bigint | undefined> {
    return this.reading(async (_database, registry) => (await registry.builds(model)).live?.checkpoint);
  }

  override builds(model: Model): Promise<{ readonly live?: Build; readonly building?: Build }> {
    return this.reading(async (_database, registry) => {
      const { live, building } = await registry.builds(model);
      return { ...(live && { live: buildOf(live) }), ...(building && { building: buildOf(building) }) };
    });
  }

  override begin(model: Model): Promise<Build> {
    return this.writing(async (database, registry) => {
      const record = { id: new ObjectId().toHexString(), model: modelOf(model), checkpoint: START };
      await this.tombstones.prepare(documentsOf(database, record));
      await registry.add(record);
      await this.sweep(database, registry, model);
      return buildOf(record);
    });
  }

  override swap(build: Build): Promise<void> {
    return this.writing(async (database, registry) => {
      const { state, ...record } = await registry.get(build);
      if (state === 'building') {
        const documents = documentsOf(database, record);
        // Only now: building an index once is faster than updating it with every write of a first fill. On a large collection
        // this call may time out. The server continues the build, and the next attempt finds the index or waits for it.
        for (const fields of record.model.indexes) {
          await documents.createIndex(new Map([...fields.map(fieldPath), '_id'].map((path) => [path, 1])));
        }
        await registry.makeLive(record);
      }
      await this.sweep(database, registry, build.model);
    });
  }

  override checkpoint(build: Build): Promise<bigint> {
    return this.reading(async (_database, registry) => (await registry.get(build)).checkpoint);
  }

  override load(build: Build, keys: readonly string[]): Promise<ReadonlyMap<string, StoredDocument>> {
    return this.reading(async (database, registry) => {
      const documents = documentsOf(database, build);
      const found = new Map<string, StoredDocument>();
      for (let at = 0; at < keys.length; at += LOAD_KEYS_MAX) {
        const some = keys.slice(at, at + LOAD_KEYS_MAX);
        for (const stored of await documents
          .find({ _id: { $in: some } }, { batchSize: LOAD_KEYS_MAX })
          .toArray()) {
          found.set(keyOf(stored), { document: documentIn(stored), position: stored.position });
        }
      }
      // After the reads: results from a collection that is being dropped may be incomplete.
      await registry.get(build);
      return found;
    });
  }

  override commit(build: Build, writes: readonly Write[], checkpoint: bigint): Promise<void> {
    return this.writing(async (database, registry) => {
      for (const write of writes) assertKey(write);
      const documents = documentsOf(database, build);
      const stored = writes.map((write) => storedOf(build.model, write));
      const record = await registry.get(build);
      // Writes up to the checkpoint were done before, and their documents perhaps dropped since.
      await writeGuarded(
        documents,
        stored.filter(({ position }) => position > record.checkpoint),
      );
      if (checkpoint > record.checkpoint) await registry.moveCheckpoint({ ...record, checkpoint });
      await this.tombstones.purge(build, documents, record.checkpoint);
    });
  }

  override async *scan(
    build: Build,
  ): AsyncIterable<readonly { readonly key: string; readonly document: object }[]> {
    for (let after: string | undefined; ;) {
      const page = await this.reading(async (database, registry) => {
        const filter = { ...filterOf([]), ...(after !== undefined && { _id: { $gt: after } }) };
        const options = { sort: { _id: 1 }, limit: SCAN_PAGE, batchSize: SCAN_PAGE + 1 } as const;
        const rows = await documentsOf(database, build).find(filter, options).toArray();
        await registry.get(build);
        return rows;
      });
      if (page.length > 0) {
        yield page.flatMap((row) => {
          const document = documentIn(row);
          return document ? [{ key: keyOf(row), document }] : [];
        });
      }
      const last = page.at(-1);
      after = last && keyOf(last);
      if (page.length < SCAN_PAGE) return;
    }
  }

  override close(): Promise<void> {
    return this.connection.close();
  }

  /**
   * A collection that a swap has dropped appears empty to a reader that still has its name: so an empty result counts only
   * if the live build is still the same.
   */
  private onLive<T>(
    model: Model,
    read: (documents: Collection<Stored>, live: BuildRecord) => Promise<T | undefined>,
  ): Promise<T | undefined> {
    return this.reading(async (database, registry) => {
      const liveNow = async (): Promise<BuildRecord> => {
        const { live } = await registry.builds(model);
        if (!live) throw new ModelNotReady(model.name);
        return live;
      };
      const readFrom = async (live: BuildRecord): Promise<T | undefined> => {
        try {
          return await read(documentsOf(database, live), live);
        } catch (error) {
          if (isDropped(error)) return undefined;
          throw error;
        }
      };

      const live = await liveNow();
      const found = await readFrom(live);
      if (found !== undefined) return found;
      const again = await liveNow();
      return again.id === live.id ? undefined : readFrom(again);
    });
  }

  /** Drops the collections of the model that belong to no build: of former ones, and of begins that did not end. */
  private async sweep(database: Db, registry: MongoBuildRegistry, model: Model): Promise<void> {
    const kept = (await registry.ids(model)).map((id) => collectionOf({ id, model }));
    const ours = collectionOf({ id: '', model });
    for (const { name } of await database.listCollections({}, { nameOnly: true }).toArray()) {
      if (name.startsWith(ours) && !kept.includes(name)) await dropCollection(database.collection(name));
    }
  }

  private reading<T>(work: (database: Db, registry: MongoBuildRegistry) => Promise<T>): Promise<T> {
    return this.connection.use(this.queryDeadlineMs, (database) =>
      work(database, new MongoBuildRegistry(database)),
    );
  }

  private writing<T>(work: (database: Db, registry: MongoBuildRegistry) => Promise<T>): Promise<T> {
    const deadlineMs = Math.max(this.queryDeadlineMs, WRITE_DEADLINE_MS);
    return this.connection.use(deadlineMs, (database) => work(database, new MongoBuildRegistry(database)));
  }
}

/** Model names are kebab-case: the dot ends them. */
const collectionOf = ({ id, model }: Build): string => `${model.name}.${id}`;

const documentsOf = (database: Db, build: Build): Collection<Stored> =>
  database.collection<Stored>(collectionOf(build));

const buildOf = ({ id, model }: BuildRecord): Build => ({ id, model });
