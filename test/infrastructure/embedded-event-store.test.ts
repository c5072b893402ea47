import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { eventStoreContract } from './event-store.contract.js';

eventStoreContract('the embedded log', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'playledger-log-'));
  const store = new EmbeddedEventStore(folder);
  return {
    store,
    end: async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
});
