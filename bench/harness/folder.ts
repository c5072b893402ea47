import { mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';

/** Magic numbers of in-memory file systems (statfs(2)). */
const TMPFS = 0x01021994;
const RAMFS = 0x858458f6;

/** A new folder for one bench, removed when the process ends. */
export const scratchFolder = (parent: string): string => {
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, 'run-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

/** Whether `folder` is on an in-memory file system, where a sync costs nothing and proves nothing. */
export const isInMemory = (folder: string): boolean => {
  const { type } = statfsSync(folder);
  return type === TMPFS || type === RAMFS;
};

/** Calls `use` with an empty folder inside `parent` and removes the folder afterwards. */
export const inFreshFolder = async <T>(parent: string, use: (folder: string) => Promise<T>): Promise<T> => {
  const folder = mkdtempSync(join(parent, 'one-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
