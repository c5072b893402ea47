import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { NewEvent } from '../../src/application/ports/event-store.js';
import { Unavailable } from './bench.js';
import { type Postgres, startPostgres } from './postgres.js';

const FOLDER = new URL('../../../bench/peers/', import.meta.url);
const ON_FILES = ['act-sqlite', 'emmett-sqlite'];
const ON_POSTGRES = ['emmett-postgresql', 'message-db'];
const MESSAGE_DB = 'message_store';

/** The exports of bench/peers/NAME.mjs: another event store, configured to be correct and durable. */
export type Peer = {
  readonly append: (stream: string, expected: number, events: readonly NewEvent[]) => Promise<unknown>;
  /** All events of the log in order, decoded. */
  readonly read: (
    each: (event: { readonly data: object; readonly metadata: object }) => void,
  ) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Location of a peer's log, passed to a child process. */
export type PeerPlace = { readonly module: string; readonly folder: string; readonly postgres?: string };

export type Peers = AsyncDisposable & {
  readonly names: readonly string[];
  /** Which peers run on this machine, and why others do not. */
  readonly notes: readonly string[];
  /** An empty log for one run. `folder` must be empty. */
  readonly place: (name: string, folder: string) => Promise<PeerPlace>;
  /** Removes what `place` created outside its folder. */
  readonly drop: (place: PeerPlace) => Promise<void>;
};

export const NO_PEERS: Peers = {
  names: [],
  notes: [],
  place: (name) => Promise.reject(new Error(`no peer ${name}`)),
  drop: () => Promise.resolve(),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/** For child processes. */
export const openPeer = async (place: PeerPlace): Promise<Peer> => {
  const { open } = (await import(place.module)) as { readonly open: (place: PeerPlace) => Promise<Peer> };
  return open(place);
};

/** @throws {Unavailable} when the peers are not installed */
export const openPeers = async (folder: string): Promise<Peers> => {
  if (!existsSync(new URL('node_modules', FOLDER))) {
    throw new Unavailable('The other event stores are not installed. Run: npm ci --prefix bench/peers');
  }
  const postgres = await startPostgres(folder);
  if (postgres) await installMessageDb(postgres);
  let made = 0;

  return {
    names: postgres ? [...ON_FILES, ...ON_POSTGRES] : ON_FILES,
    notes: postgres
      ? []
      : [`${ON_POSTGRES.join(' and ')} left out: no PostgreSQL. Run: apt-get install postgresql`],
    place: async (name, folder) => {
      const module = new URL(`${name}.mjs`, FOLDER).href;
      if (!postgres || !ON_POSTGRES.includes(name)) return { module, folder };
      const database = `bench_${++made}`;
      await postgres.create(database, name === 'message-db' ? MESSAGE_DB : undefined);
      return { module, folder, postgres: postgres.url(database) };
    },
    drop: async (place) => {
      const database = place.postgres?.split('/').at(-1);
      if (database !== undefined) await postgres?.drop(database);
    },
    [Symbol.asyncDispose]: async () => postgres?.stop(),
  };
};

/** Runs message-db's installation script in the database that serves as template for the others. */
const installMessageDb = async (postgres: Postgres): Promise<void> => {
  const scripts = fileURLToPath(new URL('node_modules/@eventide/message-db/database', FOLDER));
  await promisify(execFile)('bash', [join(scripts, 'install.sh')], {
    env: { ...postgres.environment, DATABASE_NAME: MESSAGE_DB },
  });
};
