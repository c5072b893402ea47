import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { syscallsIn, type Syscall } from './syscalls.js';

const APPENDER = fileURLToPath(new URL('../support/log/appender-child.js', import.meta.url));
const PRAGMAS = fileURLToPath(new URL('../support/log/pragmas-preload.js', import.meta.url));

/** What decides what is on the disk, and what was said to be there. */
const CALLS = 'openat,write,pwrite64,fsync,fdatasync,ftruncate,unlink,rename';

export type AppenderRun = {
  readonly data: string;
  readonly trace: string;
  readonly clients: number;
  /** Of each client. */
  readonly appends: number;
  /** Of strace: `pwrite64:signal=SIGKILL:when=7`. */
  readonly inject?: string;
  /** Other settings of SQLite than ours: `synchronous = NORMAL`. */
  readonly pragmas?: string;
};

/** What an appender did, call by call, and how it ended. */
export type Traced = {
  readonly calls: readonly Syscall[];
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly said: string;
};

/** @returns why nothing can be traced here; undefined when it can */
export const lacksTracing = (): string | undefined =>
  spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0
    ? undefined
    : 'no strace that may trace.';

/** Runs a log-appender under strace. */
export const traced = async (run: AppenderRun): Promise<Traced> => {
  const inject = run.inject === undefined ? [] : ['-e', `inject=${run.inject}`];
  const preload = run.pragmas === undefined ? [] : ['--import', PRAGMAS];
  const strace = ['-f', '-y', '-xx', '-s', '1000000', '-o', run.trace, '-e', `trace=${CALLS}`, ...inject];
  const appender = [
    process.execPath,
    ...preload,
    APPENDER,
    run.data,
    String(run.clients),
    String(run.appends),
  ];
  const child = spawn('strace', [...strace, ...appender], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, TEST_PRAGMAS: run.pragmas },
  });
  const said: string[] = [];
  child.stderr.on('data', (text: Buffer) => said.push(text.toString()));
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  const calls = syscallsIn(readFileSync(run.trace, 'latin1'), run.data);
  return { calls, code, signal, said: said.join('') };
};
