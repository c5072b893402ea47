import { DatabaseSync } from 'node:sqlite';
import { codeOf, SQLITE_BUSY } from './database.js';
import { DataFolderUnusable } from '../../../application/ports/event-store.js';

/** Held as long as it is open, and let go by the system when the process dies. */
export type WriterLock = { readonly release: () => void };

/**
 * Makes its holder the only writer, among threads and processes alike: an empty SQLite file, locked exclusively.
 *
 * @throws {DataFolderUnusable} while another holds it
 */
export const takeWriterLock = (path: string): WriterLock => {
  let file: DatabaseSync | undefined;
  try {
    const lock = new DatabaseSync(path, { timeout: 0 });
    file = lock;
    lock.exec('BEGIN EXCLUSIVE');
    return { release: () => lock.close() };
  } catch (cause) {
    file?.close();
    throw new DataFolderUnusable(refusal(path, cause as Error), { cause });
  }
};

const refusal = (path: string, cause: Error): string =>
  codeOf(cause) === SQLITE_BUSY
    ? `Another process writes the read models: it holds ${path}.`
    : `${path} cannot be locked: ${cause.message}.`;
