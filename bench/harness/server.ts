import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endWithUs } from './child.js';

const ENTRY = fileURLToPath(new URL('./server-main.js', import.meta.url));

/** What a module must export to serve in a process of its own. `ask` takes whatever the bench wants done inside. */
export type Serve<Input, Info> = (
  input: Input,
) => Promise<{ readonly info: Info; readonly ask?: (request: string) => Promise<unknown> }>;

export type Server<Info> = AsyncDisposable & {
  readonly info: Info;
  /** CPU of the whole process so far, all its threads, in microseconds. */
  readonly cpuMicros: () => Promise<number>;
  readonly ask: (request: string) => Promise<unknown>;
};

type Reply = { readonly id: number; readonly result?: unknown; readonly error?: string };

/**
 * Runs `serve` of `module` in a Node process of its own. It is killed at the end: what it would do in its last moments
 * is not what is measured. Its log goes nowhere.
 *
 * @throws when it cannot start
 */
export const startServer = async <Info>(
  module: URL,
  input: object,
  env: NodeJS.ProcessEnv = {},
): Promise<Server<Info>> => {
  const child = fork(ENTRY, [], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', process.env['BENCH_SERVER_LOG'] ? 'inherit' : 'ignore', 'ipc'],
  });
  endWithUs(child);
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let asked = 0;
  const ask = (request: string, more: object = {}): Promise<unknown> => {
    const answer = Promise.withResolvers<unknown>();
    waiting.set(++asked, answer);
    child.send({ id: asked, request, ...more });
    return answer.promise;
  };
  child.on('message', ({ id, result, error }: Reply) => {
    const answer = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) answer?.resolve(result);
    else answer?.reject(new Error(error));
  });
  child.on('exit', (code, signal) => {
    for (const answer of waiting.values()) answer.reject(new Error(`the server ended (${signal ?? code})`));
  });

  const info = (await ask('start', { module: module.href, input })) as Info;
  return {
    info,
    cpuMicros: async () => (await ask('cpu')) as number,
    ask,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGKILL');
      }),
  };
};
