import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { endWithUs } from './child.js';

const exec = promisify(execFile);

/** Debian's folder of servers, with a folder for each major version. */
const DEBIAN = '/usr/lib/postgresql';
const START_MS_MAX = 20_000;

/** A private PostgreSQL on loopback with its default durability: fsync and synchronous_commit are on. */
export type Postgres = {
  readonly version: string;
  /** Address of `database` for clients. */
  readonly url: (database: string) => string;
  readonly create: (database: string, template?: string) => Promise<void>;
  readonly drop: (database: string) => Promise<void>;
  /** Environment in which `psql` and `createdb` connect to this server. */
  readonly environment: NodeJS.ProcessEnv;
  readonly stop: () => Promise<void>;
};

/** Starts a server with its data in `parent`, which must be on a disk. Undefined when no server is installed. */
export const startPostgres = async (parent: string): Promise<Postgres | undefined> => {
  const version = existsSync(DEBIAN)
    ? readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a))[0]
    : undefined;
  if (version === undefined) return undefined;
  const bin = join(DEBIAN, version, 'bin');

  // PostgreSQL refuses to run as root, so its own user runs it in a folder that this user can access.
  const user = process.getuid?.() === 0 ? await idsOf('postgres') : undefined;
  const folder = mkdtempSync(join(user ? '/var/tmp' : parent, 'playledger-bench-postgres-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  await exec(join(bin, 'initdb'), ['-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--locale', 'C'], {
    ...user,
    cwd: folder,
  });

  const port = await freePort();
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    wal_sync_method: 'fdatasync',
    logging_collector: 'off',
    log_min_messages: 'fatal',
  };
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    { ...user, cwd: folder, stdio: 'ignore' },
  );
  endWithUs(server);

  const environment = {
    PATH: `${bin}:${process.env['PATH'] ?? ''}`,
    PGHOST: '127.0.0.1',
    PGPORT: String(port),
    PGUSER: 'bench',
  };
  const psql = (sql: string) =>
    exec('psql', ['-q', '-v', 'ON_ERROR_STOP=1', '-d', 'postgres', '-c', sql], { env: environment });
  await untilReady(() => psql('SELECT 1'));
  return {
    version,
    url: (database) => `postgresql://bench@127.0.0.1:${port}/${database}`,
    create: async (database, template = 'template1') =>
      void (await psql(`CREATE DATABASE ${database} TEMPLATE ${template}`)),
    drop: async (database) => void (await psql(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`)),
    environment,
    stop: () => stop(server),
  };
};

const idsOf = async (user: string): Promise<{ readonly uid: number; readonly gid: number }> => {
  const id = async (flag: string) => Number((await exec('id', [flag, user])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
};

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

const untilReady = async (ask: () => Promise<unknown>): Promise<void> => {
  const end = performance.now() + START_MS_MAX;
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
      await sleep(100);
    }
  }
};

/** SIGINT is PostgreSQL's fast shutdown: it closes connections and leaves consistent files. */
const stop = (server: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    server.once('exit', () => resolve());
    server.kill('SIGINT');
  });
