import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DataFolderUnusable } from '../../../application/ports/event-store.js';
import { messageOf, SQLITE, sqliteCode } from './sqlite-failure.js';

/**
 * Sole right to write into a data folder. It is a lock of the operating system on a file of its own, so that it ends
 * with the process however that ends. The number of the process stands beside it for the message to the next one; it is
 * a second file because to open and close a locked file in the same process would give up its locks (POSIX).
 */
export class WriterLock {
  private constructor(
    private readonly db: DatabaseSync,
    private readonly pidPath: string,
  ) {}

  /** @throws {DataFolderUnusable} when another writer, here or in another process, has the folder */
  static take(folder: string): WriterLock {
    const pidPath = join(folder, 'writer.pid');
    let db: DatabaseSync | undefined;
    try {
      db = new DatabaseSync(join(folder, 'writer.lock'));
      db.exec('BEGIN EXCLUSIVE');
      writeFileSync(pidPath, `${process.pid}\n`);
      return new WriterLock(db, pidPath);
    } catch (error) {
      db?.close();
      throw new DataFolderUnusable(refusal(folder, pidPath, error), { cause: error });
    }
  }

  release(): void {
    rmSync(this.pidPath, { force: true });
    this.db.close();
  }
}

const refusal = (folder: string, pidPath: string, error: unknown): string => {
  if (sqliteCode(error) !== SQLITE.BUSY) return `${folder} cannot be locked: ${messageOf(error)}`;
  return (
    `The data folder ${folder} is in use by another writer${holder(pidPath)}. ` +
    'Stop that one first, or name another folder.'
  );
};

const holder = (pidPath: string): string => {
  try {
    return ` (process ${readFileSync(pidPath, 'utf8').trim()})`;
  } catch {
    return '';
  }
};
