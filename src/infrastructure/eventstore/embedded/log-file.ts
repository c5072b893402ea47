import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DataFolderUnusable } from '../../../application/ports/event-store.js';
import { messageOf, SQLITE, sqliteCode } from '../../shared/sqlite-failure.js';

/** `PLDG`: marks a SQLite file as a log of ours. */
const APPLICATION_ID = 0x504c4447;

/** Version of the tables below. */
const FORMAT = 1;

/**
 * Names are stored once and events refer to them by number, which makes the log smaller than the same events as lines of
 * JSON. There is no index on the event id: a repeat is recognised by the id at its revision. The id is text: as 16 bytes it
 * would take 8 % off the file and add 20 % to the time of a replay.
 */
const SCHEMA = `
  CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE types (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE categories (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    type INTEGER NOT NULL,
    category INTEGER NOT NULL,
    id TEXT NOT NULL,
    data TEXT NOT NULL,
    metadata TEXT NOT NULL
  );
  CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${FORMAT};
`;

/** How long to wait for another connection that recovers the write-ahead log, in milliseconds. */
const RECOVERY_PATIENCE_MS = 5_000;

/** Memory for pages of the file, in KiB: the indexes of streams are written in random order. */
const WRITER_CACHE_KIB = 32_768;

/**
 * Pages in the write-ahead log before they are copied into the file, 64 MiB. Rare and large copies keep the tail of
 * the append latency short, and the log of a steady size spares the file system its own journal.
 */
const CHECKPOINT_PAGES = 16_000;

export const logPath = (folder: string): string => join(folder, 'log.db');

/**
 * Opens the log for its one writer, and creates it if the folder has none. The caller holds the writer lock.
 *
 * @throws {DataFolderUnusable} when the file is not a log that this version can write
 */
export const openForWriting = (folder: string): DatabaseSync =>
  opened(folder, { timeout: RECOVERY_PATIENCE_MS }, (db) => {
    if (isEmpty(db)) create(db);
    assertOurs(db, folder);
    const { journal_mode: mode } = db.prepare('PRAGMA journal_mode = WAL').get() ?? {};
    if (mode !== 'wal') throw new DataFolderUnusable(`${folder} is on a file system without shared memory.`);
    // Only FULL survives a power cut: NORMAL loses appends that were acknowledged.
    db.exec(`PRAGMA synchronous = FULL; PRAGMA cache_size = -${WRITER_CACHE_KIB};
             PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
             PRAGMA busy_timeout = 0;`);
    // Reading makes the write-ahead log. SQLite would sync its name too, but says nothing when that fails.
    numberOf(db, 'schema_version');
    syncFolder(folder);
  });

/**
 * Opens the log beside its writer, from any thread or process.
 *
 * @throws {DataFolderUnusable} when there is no log, or not one that this version can read
 */
export const openForReading = (folder: string): DatabaseSync => {
  if (!existsSync(logPath(folder))) throw new DataFolderUnusable(`There is no log in ${folder}.`);
  return opened(folder, { readOnly: true, timeout: RECOVERY_PATIENCE_MS }, (db) => assertOurs(db, folder));
};

/** Bytes that the log takes on the disk, its write-ahead part included. */
export const bytesOnDisk = (folder: string): number =>
  [logPath(folder), `${logPath(folder)}-wal`]
    .map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0);

/**
 * Creates the data folder durably if it is missing: it survives a power cut.
 *
 * @throws {DataFolderUnusable} when it cannot be made
 */
export const ensureFolder = (folder: string): void => {
  try {
    const first = mkdirSync(folder, { recursive: true });
    if (first === undefined) return;
    // Its name is in its parent, and so on up to the first folder that was made.
    for (let made = resolve(folder); ; made = dirname(made)) {
      syncFolder(dirname(made));
      if (made === resolve(first)) return;
    }
  } catch (error) {
    throw new DataFolderUnusable(`${folder} cannot be made: ${messageOf(error)}`, { cause: error });
  }
};

/** Makes the names in a folder durable. Windows has no call for it. */
const syncFolder = (path: string): void => {
  if (process.platform === 'win32') return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
};

const opened = (
  folder: string,
  options: ConstructorParameters<typeof DatabaseSync>[1] & object,
  prepare: (db: DatabaseSync) => void,
): DatabaseSync => {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(logPath(folder), options);
    prepare(db);
    return db;
  } catch (error) {
    db?.close();
    throw unusable(folder, error);
  }
};

const unusable = (folder: string, error: unknown): DataFolderUnusable => {
  if (error instanceof DataFolderUnusable) return error;
  const reason =
    sqliteCode(error) === SQLITE.NOTADB
      ? 'is not a SQLite file. Name another data folder, or move the file away.'
      : `cannot be opened: ${messageOf(error)}`;
  return new DataFolderUnusable(`${logPath(folder)} ${reason}`, { cause: error });
};

const numberOf = (db: DatabaseSync, pragma: string): number =>
  Number(Object.values(db.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]);

/** A file without any table: new, or created by a process that died before it wrote one. */
const isEmpty = (db: DatabaseSync): boolean =>
  numberOf(db, 'application_id') === 0 && numberOf(db, 'schema_version') === 0;

const create = (db: DatabaseSync): void => db.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);

const assertOurs = (db: DatabaseSync, folder: string): void => {
  if (numberOf(db, 'application_id') !== APPLICATION_ID) {
    throw new DataFolderUnusable(
      `${logPath(folder)} belongs to another program. Name another data folder, or move the file away.`,
    );
  }
  const format = numberOf(db, 'user_version');
  if (format !== FORMAT) {
    throw new DataFolderUnusable(
      `${logPath(folder)} has format ${format}, this version of Playledger knows format ${FORMAT}. ` +
        'Use the version that wrote it to export the log, and import that here.',
    );
  }
};
