import { dumbo } from '@event-driven-io/dumbo';
import { getPostgreSQLEventStore, readMessagesBatch } from '@event-driven-io/emmett-postgresql';
import { appendTo } from './emmett.mjs';

/** Positions in one read. Reads by range are its fastest: those by count sort the whole table each time. */
const RANGE = 5_000n;

/** @event-driven-io/emmett-postgresql with its own pool of ten connections. */
export const open = async ({ postgres }) => {
  const store = getPostgreSQLEventStore(postgres);
  await store.schema.migrate();
  const pool = dumbo({ connectionString: postgres });
  return {
    append: appendTo(store),
    read: async (each) => {
      const { rows } = await pool.execute.query(LAST);
      const last = BigInt(rows[0]?.last ?? 0);
      for (let from = 1n; from <= last; from += RANGE) {
        const page = await readMessagesBatch(pool.execute, { from, to: from + RANGE - 1n });
        for (const message of page.messages) each(message);
      }
    },
    close: async () => {
      await pool.close();
      await store.close();
    },
  };
};

const LAST = 'SELECT max(global_position) AS last FROM emt_messages';
