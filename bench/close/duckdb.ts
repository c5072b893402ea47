import { existsSync } from 'node:fs';

const FOLDER = new URL('../../../bench/peers/', import.meta.url);

/** The exports of bench/peers/duckdb.mjs. */
type DuckDb = {
  /** Loads a file of JSON lines into a database. */
  readonly load: (database: string, lines: string) => Promise<void>;
  /** Milliseconds for plays by listener and track, from a table of the database or from the lines, and their sum. */
  readonly aggregate: (from: { readonly database?: string; readonly lines?: string }) => Promise<Aggregated>;
};

export type Aggregated = { readonly plays: number; readonly ms: number };

export const isInstalled = (): boolean => existsSync(new URL('node_modules/@duckdb/node-api', FOLDER));

/** Loads the lines into a database where both are named, else aggregates what is named. */
export const measure = async (input: {
  readonly database?: string;
  readonly lines?: string;
}): Promise<Aggregated | undefined> => {
  const { load, aggregate } = (await import(new URL('duckdb.mjs', FOLDER).href)) as DuckDb;
  if (input.database === undefined || input.lines === undefined) return aggregate(input);
  await load(input.database, input.lines);
  return undefined;
};
