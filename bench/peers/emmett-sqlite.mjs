import { join } from 'node:path';
import { getSQLiteEventStore, readMessagesBatch, sqliteConnection } from '@event-driven-io/emmett-sqlite';
import { appendTo } from './emmett.mjs';
import { oneAtATime } from './one-at-a-time.mjs';

const PAGE = 1_000n;

/** @event-driven-io/emmett-sqlite on one connection: its default of one for each call is slower and loses appends. */
export const open = async ({ folder }) => {
  const fileName = join(folder, 'emmett.db');
  const connection = sqliteConnection({ fileName });
  const store = getSQLiteEventStore({ fileName, connectionOptions: { singleton: true, connection } });
  await store.schema.migrate?.();
  return {
    // Appends at once join each other's transactions and are answered before they are committed.
    append: oneAtATime(appendTo(store)),
    read: async (each) => {
      let after = 0n;
      for (;;) {
        const page = await readMessagesBatch(connection, { after, batchSize: Number(PAGE) });
        for (const message of page.messages) each(message);
        if (!page.areEventsLeft) return;
        after = page.currentGlobalPosition;
      }
    },
    close: async () => connection.close(),
  };
};
