import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { syscallsIn, type Syscall } from './syscalls.js';

const APPENDER = fileURLToPath(new URL('../support/log/appender-child.js', import.meta.url));
const PRAGMAS = fileURLToPath(new URL('../support/log/pragmas-preload.js', import.meta.url));

/** Calls that change the disk or write an acknowledgement. */
const CALLS = 'openat,write,pwrite64,fsync,fdatasync,ftruncate,unlink,rename';

export type AppenderRun = {
  readonly data: string;
  readonly trace: string;
  readonly clients: number;
  /** Appends of each client. */
  readonly appends: number;
  /** strace's `inject` expression, such as `pwrite64:signal=SIGKILL:when=7`. */
  readonly inject?: string;
  /** SQLite settings that replace ours, such as `synchronous = NORMAL`. */
  readonly pragmas?: string;
};

/** The calls of an appender and its exit. */
export type Traced = {
  readonly calls: readonly Syscall[];
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly said: string;
};

/** @returns why processes cannot be traced on this machine; undefined when they can */
export const lacksTracing = (): string | undefined =>
  spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0
    ? undefined
    : 'strace is not installed or may not trace.';

/** Runs an appender under strace. */
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
