import { describe } from '@jest/globals';
import { EventStoreDbEventStore } from '../../../../src/infrastructure/eventstore/eventstoredb/eventstoredb-event-store.js';
import { realEventStoreDb } from '../../../support/servers/real-eventstoredb.js';
import { EventStoreDbServer } from '../../../support/servers/eventstoredb-server/eventstoredb-server.js';
import { eventStoreContract } from '../event-store.contract.js';

eventStoreContract('EventStoreDB, spoken to over its protocol,', async () => {
  const server = await EventStoreDbServer.start();
  const store = new EventStoreDbEventStore(server.url);
  return {
    store,
    end: async () => {
      await store.close();
      await server.stop();
    },
  };
});

const real = await realEventStoreDb();
const missing = 'missing' in real ? real.missing : undefined;
const suite = missing === undefined ? describe : describe.skip;

suite(`A real EventStoreDB${missing === undefined ? '' : ` (skipped: ${missing})`}`, () =>
  eventStoreContract('it', async () => {
    if ('missing' in real) throw new Error(real.missing);
    const store = new EventStoreDbEventStore(real.url);
    return {
      store,
      end: async () => {
        await store.close();
        await real.stop();
      },
    };
  }),
);
