import { join } from 'node:path';
import { SqliteStore } from '@rotorsoft/act-sqlite';
import { oneAtATime } from './one-at-a-time.mjs';

const PAGE = 1_000;

/** @rotorsoft/act-sqlite: WAL, synchronous as SQLite's default (FULL). */
export const open = async ({ folder }) => {
  const store = new SqliteStore({ url: `file:${join(folder, 'act.db')}` });
  await store.seed();
  return {
    // Two commits at once fail with "database is locked".
    append: oneAtATime((stream, expected, events) =>
      store.commit(
        stream,
        events.map(({ id, type, data }) => ({ name: type, data: { id, ...data } })),
        events[0].metadata,
        expected,
      ),
    ),
    read: async (each) => {
      let after = -1;
      for (;;) {
        const count = await store.query(
          (event) => {
            after = event.id;
            each({ data: event.data, metadata: event.meta });
          },
          { after, limit: PAGE },
        );
        if (count < PAGE) return;
      }
    },
    close: () => store.dispose(),
  };
};
