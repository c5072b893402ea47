import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const PROGRAM = fileURLToPath(new URL('../../../../bin/playledger.mjs', import.meta.url));

export type Ran = { readonly code: number | null; readonly out: string; readonly err: string };

const environment = (env: Readonly<Record<string, string>>): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  TMPDIR: process.env['TMPDIR'],
  ...env,
});

/** Runs `playledger ARGS...` to its end. */
export const playledger = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> =>
  new Promise((fulfil, refuse) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { env: environment(env) });
    const [out, err]: [string[], string[]] = [[], []];
    child.stdout.on('data', (text: Buffer) => out.push(text.toString()));
    child.stderr.on('data', (text: Buffer) => err.push(text.toString()));
    child.once('error', refuse);
    child.once('close', (code) => fulfil({ code, out: out.join(''), err: err.join('') }));
  });

/** As `playledger ARGS... | head -1`. */
export const cutShort = (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Omit<Ran, 'out'>> =>
  new Promise((fulfil, refuse) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { env: environment(env) });
    const err: string[] = [];
    child.stdout.once('data', () => child.stdout.destroy());
    child.stderr.on('data', (text: Buffer) => err.push(text.toString()));
    child.once('error', refuse);
    child.once('close', (code) => fulfil({ code, err: err.join('') }));
  });

export type ServingProcess = {
  readonly url: string;
  /** As the power of the system does it: nothing is flushed, nothing is said. */
  readonly kill: () => Promise<void>;
  /** As an operator does it. @returns the exit code */
  readonly terminate: () => Promise<number | null>;
};

/** Runs `playledger serve` until it says where it listens. */
export const serving = (env: Readonly<Record<string, string>>): Promise<ServingProcess> =>
  new Promise((fulfil, refuse) => {
    const child = spawn(process.execPath, [PROGRAM, 'serve'], {
      env: environment({
        PORT: '0',
        PLAYLEDGER_LOG_LEVEL: 'error',
        PLAYLEDGER_RATE_PER_SECOND: '0',
        PLAYLEDGER_PLAYS_PER_MINUTE: '0',
        ...env,
      }),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const ended = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
    // A test that fails leaves nobody behind.
    const takeAlong = () => void child.kill('SIGKILL');
    process.once('exit', takeAlong);
    void ended.then(() => process.off('exit', takeAlong));
    let said = '';
    child.stderr.on('data', (text: Buffer) => {
      said += text.toString();
      const url = /listens on (\S+)/.exec(said)?.[1];
      if (url === undefined) return;
      fulfil({
        url,
        kill: async () => {
          child.kill('SIGKILL');
          await ended;
        },
        terminate: () => {
          child.kill('SIGTERM');
          return ended;
        },
      });
    });
    child.once('error', refuse);
    void ended.then((code) => refuse(new Error(`It ended with ${code}: ${said}`)));
  });
