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

/** Runs `playledger ARGS...` and waits for its exit. */
export const playledger = (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { env: environment(env) });
    const [out, err]: [string[], string[]] = [[], []];
    child.stdout.on('data', (text: Buffer) => out.push(text.toString()));
    child.stderr.on('data', (text: Buffer) => err.push(text.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out: out.join(''), err: err.join('') }));
  });

/** Runs `playledger ARGS...` and closes its output after the first chunk, as `| head -1` does. */
export const cutShort = (
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Omit<Ran, 'out'>> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { env: environment(env) });
    const err: string[] = [];
    child.stdout.once('data', () => child.stdout.destroy());
    child.stderr.on('data', (text: Buffer) => err.push(text.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, err: err.join('') }));
  });

export type ServingProcess = {
  readonly url: string;
  /** Ends the process with SIGKILL: nothing is flushed. */
  readonly kill: () => Promise<void>;
  /** Stops the process with SIGTERM. @returns the exit code */
  readonly terminate: () => Promise<number | null>;
};

/** Starts `playledger serve` and resolves once it prints its address. */
export const serving = (env: Readonly<Record<string, string>>): Promise<ServingProcess> =>
  new Promise((resolve, reject) => {
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
    // A failed test leaves no service running.
    const killChild = () => void child.kill('SIGKILL');
    process.once('exit', killChild);
    void ended.then(() => process.off('exit', killChild));
    let output = '';
    child.stderr.on('data', (text: Buffer) => {
      output += text.toString();
      const url = /listens on (\S+)/.exec(output)?.[1];
      if (url === undefined) return;
      resolve({
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
    child.once('error', reject);
    void ended.then((code) => reject(new Error(`The service exited with ${code}: ${output}`)));
  });
