import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import type { EventStore } from '../../../src/application/ports/event-store.js';

/** Data folders and stores for one test each: what it opened is closed and removed when it ends. */
export const logFolders = () => {
  const folders: string[] = [];
  const stores: EventStore[] = [];
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  return {
    newFolder: (): string => {
      const folder = mkdtempSync(join(tmpdir(), 'playledger-log-'));
      folders.push(folder);
      return folder;
    },
    closing: <S extends EventStore>(store: S): S => {
      stores.push(store);
      return store;
    },
  };
};
