import { existsSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { DataFolderUnusable } from '../../../application/ports/event-store.js';
import { ReadModelsUnavailable } from '../../../application/ports/read-models.js';
import { SQLITE, sqliteCode } from '../../shared/sqlite-failure.js';

/** `PLrm`, in the header of the file: it is ours. */
const APPLICATION_ID = 0x50_4c_72_6d;
const FILE_VERSION = 1;
const BUSY_TIMEOUT_MS = 5_000;
const STATEMENTS_MAX = 256;

/** Memory for pages of the file: four times as much saves a fold of the log 3 % of its CPU. */
const WRITER_CACHE_KIB = 49_152;

const SCHEMA = `
  CREATE TABLE builds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    model TEXT NOT NULL,
    version INTEGER NOT NULL,
    fields TEXT NOT NULL,
    indexes TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('live', 'building')),
    checkpoint INTEGER NOT NULL CHECK (checkpoint >= 0),
    seal INTEGER NOT NULL,
    UNIQUE (model, state)
  ) STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${FILE_VERSION};
`;

/** A connection to the file, with its statements prepared once. */
export class Database {
  private readonly statements = new Map<string, StatementSync>();

  private constructor(private readonly connection: DatabaseSync) {}

  /** Creates the file if there is none. @throws {DataFolderUnusable} */
  static toWrite(path: string): Database {
    const connection = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
    return guarded(connection, path, () => {
      const isNew = identify(connection, path) === 'empty';
      // NORMAL: a power cut may lose the last commits, never part of one. They are folded from the log again.
      connection.exec(`
        ${isNew ? 'PRAGMA page_size = 8192;' : ''}
        PRAGMA journal_mode = WAL;
        PRAGMA synchronous = NORMAL;
        PRAGMA wal_autocheckpoint = 4000;
        PRAGMA cache_size = -${WRITER_CACHE_KIB};
      `);
      if (isNew) connection.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
      return new Database(connection);
    });
  }

  /** Undefined until a writer has created the file. @throws {DataFolderUnusable} */
  static toRead(path: string): Database | undefined {
    if (!existsSync(path)) return undefined;
    const connection = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    return guarded(connection, path, () => {
      if (identify(connection, path) === 'ours') return new Database(connection);
      connection.close();
      return undefined;
    });
  }

  /** `sql` must have a bounded number of forms: values are bound, never written into it. */
  prepare(sql: string): StatementSync {
    let statement = this.statements.get(sql);
    if (statement) this.statements.delete(sql);
    else statement = this.connection.prepare(sql);
    this.statements.set(sql, statement);
    for (const oldest of this.statements.keys()) {
      if (this.statements.size <= STATEMENTS_MAX) break;
      this.statements.delete(oldest);
    }
    return statement;
  }

  exec(sql: string): void {
    this.connection.exec(sql);
  }

  /** Runs `work` on one state of the file. @throws {ReadModelsUnavailable} */
  reading<T>(work: () => T): T {
    return this.transaction('BEGIN', work);
  }

  /** Runs `work` in a transaction that writes. @throws {ReadModelsUnavailable} */
  writing<T>(work: () => T): T {
    return this.transaction('BEGIN IMMEDIATE', work);
  }

  close(): void {
    this.statements.clear();
    this.connection.close();
  }

  private transaction<T>(begin: string, work: () => T): T {
    try {
      this.prepare(begin).run();
      const result = work();
      this.prepare('COMMIT').run();
      return result;
    } catch (error) {
      if (this.connection.isTransaction) this.prepare('ROLLBACK').run();
      throw asUnavailable(error);
    }
  }
}

/** Converts failures of the disk, a lock or the file; an error in SQL is a bug and stays as it is. */
const asUnavailable = (error: unknown): unknown => {
  const code = sqliteCode(error);
  if (code === undefined || code === SQLITE.ERROR) return error;
  return new ReadModelsUnavailable(`The read models' file does not answer: ${(error as Error).message}.`, {
    cause: error,
  });
};

const guarded = <T>(connection: DatabaseSync, path: string, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    connection.close();
    if (sqliteCode(error) !== SQLITE.NOTADB) throw asUnavailable(error);
    throw new DataFolderUnusable(`${path} is not a file of read models. Move it away: a new one is built.`, {
      cause: error,
    });
  }
};

/** `empty`: no writer has finished creating it. Reads one state of the file, because a writer may be creating it now. */
const identify = (connection: DatabaseSync, path: string): 'ours' | 'empty' => {
  connection.exec('BEGIN');
  const pragma = (name: string) => Number(connection.prepare(`PRAGMA ${name}`).get()?.[name]);
  const application = pragma('application_id');
  const version = pragma('user_version');
  const { tables } = connection.prepare('SELECT count(*) AS tables FROM sqlite_schema').get() ?? {};
  connection.exec('COMMIT');
  if (application === APPLICATION_ID && version === FILE_VERSION) return 'ours';
  if (application === APPLICATION_ID) {
    throw new DataFolderUnusable(
      `${path} has version ${version}; this program reads version ${FILE_VERSION}. ` +
        'Move the file away: the read models are built anew from the log.',
    );
  }
  if (application === 0 && version === 0 && tables === 0) return 'empty';
  throw new DataFolderUnusable(`${path} belongs to another program. Move it away: a new one is built.`);
};
