import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { DataFolderUnusable } from '../../application/ports/event-store.js';
import { messageOf, SQLITE, sqliteCode } from './sqlite-failure.js';

export type WriterLockOptions = {
  /**
   * File with the process number of the holder. It is not the lock file itself: to open and close a locked file in the same
   * process would release its locks (POSIX).
   */
  readonly pidPath?: string;
  /** The message of the error while another writer holds the lock. @param pid its process number, if it is known */
  readonly inUse: (pid: string | undefined) => string;
};

/**
 * The exclusive right to write, among threads and processes: an operating system lock on an empty SQLite file. It ends with
 * the process, however that ends.
 */
export class WriterLock {
  private constructor(
    private readonly file: DatabaseSync,
    private readonly pidPath: string | undefined,
  ) {}

  /** @throws {DataFolderUnusable} while another writer, in this process or another, holds the lock */
  static take(path: string, { pidPath, inUse }: WriterLockOptions): WriterLock {
    let file: DatabaseSync | undefined;
    try {
      file = new DatabaseSync(path, { timeout: 0 });
      file.exec('BEGIN EXCLUSIVE');
      if (pidPath !== undefined) writeFileSync(pidPath, `${process.pid}\n`);
      return new WriterLock(file, pidPath);
    } catch (error) {
      file?.close();
      const isHeld = sqliteCode(error) === SQLITE.BUSY;
      const message = isHeld ? inUse(pidIn(pidPath)) : `${path} cannot be locked: ${messageOf(error)}`;
      throw new DataFolderUnusable(message, { cause: error });
    }
  }

  release(): void {
    if (this.pidPath !== undefined) rmSync(this.pidPath, { force: true });
    this.file.close();
  }
}

const pidIn = (path: string | undefined): string | undefined => {
  try {
    return path === undefined ? undefined : readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
};
