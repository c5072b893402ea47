import { DatabaseSync } from 'node:sqlite';
import { DataFolderUnusable } from '../../../application/ports/event-store.js';

/** Held as long as it is open, and let go by the system when the process dies. */
export type WriterLock = { readonly release: () => void };

/**
 * Makes its holder the only writer, among threads and processes alike: an empty SQLite file, locked exclusively.
 *
 * @throws {DataFolderUnusable} while another holds it
 */
export const takeWriterLock = (path: string): WriterLock => {
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    file.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    file.close();
    throw new DataFolderUnusable(`Another process writes the read models: it holds ${path}.`, { cause });
  }
  return { release: () => file.close() };
};
