import pg from 'pg';

const PAGE = 1_000;
const APPEND = 'SELECT message_store.write_message($1, $2, $3, $4, $5, $6)';
const READ = 'SELECT data, metadata, global_position FROM message_store.get_category_messages($1, $2, $3)';

/** message-db's own functions over a pool of ten connections. `postgres` names a database that it is installed in. */
export const open = async ({ postgres }) => {
  const pool = new pg.Pool({
    connectionString: postgres,
    max: 10,
    options: '-c search_path=message_store,public',
  });
  const write = (db, stream, expected, { id, type, data, metadata }) =>
    db.query({
      name: 'append',
      text: APPEND,
      values: [id, stream, type, JSON.stringify(data), JSON.stringify(metadata), expected],
    });
  return {
    append: async (stream, expected, events) => {
      if (events.length === 1) return write(pool, stream, expected, events[0]);
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        for (const [n, event] of events.entries()) await write(client, stream, expected + n, event);
        await client.query('COMMIT');
      } finally {
        client.release();
      }
    },
    read: async (each) => {
      let position = 1;
      for (;;) {
        const { rows } = await pool.query(READ, ['play', position, PAGE]);
        for (const { data, metadata } of rows) {
          each({ data: JSON.parse(data), metadata: JSON.parse(metadata) });
        }
        if (rows.length < PAGE) return;
        position = Number(rows.at(-1).global_position) + 1;
      }
    },
    close: () => pool.end(),
  };
};
