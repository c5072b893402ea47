import { DuckDBInstance } from '@duckdb/node-api';

const quoted = (text) => `'${text.replaceAll("'", "''")}'`;

const using = async (database, work) => {
  const instance = await DuckDBInstance.create(database ?? ':memory:');
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
};

export const load = (database, lines) =>
  using(database, (connection) =>
    connection.run(
      `CREATE TABLE plays AS SELECT * FROM read_json(${quoted(lines)}, format = 'newline_delimited')`,
    ),
  );

/** With all its threads; once to fill caches, once for the clock. */
export const aggregate = ({ database, lines }) =>
  using(database, async (connection) => {
    const rows = lines === undefined ? 'plays' : `read_json(${quoted(lines)}, format = 'newline_delimited')`;
    const once = () =>
      connection.run(`CREATE OR REPLACE TEMP TABLE pairs AS
        SELECT listenerId, trackId, count(*) AS plays, sum(uniqueMs) AS heardMs
        FROM ${rows} GROUP BY listenerId, trackId`);
    await once();
    const from = performance.now();
    await once();
    const ms = performance.now() - from;
    const sum = await connection.runAndReadAll('SELECT sum(plays)::INTEGER AS plays FROM pairs');
    return { plays: sum.getRowObjects()[0].plays, ms };
  });
