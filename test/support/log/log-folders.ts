import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import type { EventStore } from '../../../src/application/ports/event-store.js';

/** Provides data folders and stores that are removed and closed after each test. */
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
