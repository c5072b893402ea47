import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endWithUs } from './child.js';

const ENTRY = fileURLToPath(new URL('./server-main.js', import.meta.url));

/** The exports of a module that serves in its own process. `ask` handles requests of the bench to that process. */
export type Serve<Input, Info> = (
  input: Input,
) => Promise<{ readonly info: Info; readonly ask?: (request: string) => Promise<unknown> }>;

export type Server<Info> = AsyncDisposable & {
  readonly info: Info;
  /** CPU of all threads of the process since its start, in microseconds. */
  readonly cpuMicros: () => Promise<number>;
  readonly ask: (request: string) => Promise<unknown>;
};

type Reply = { readonly id: number; readonly result?: unknown; readonly error?: string };

/**
 * Runs `serve` of `module` in a new Node process and discards its log. The process is killed at the end, because its
 * shutdown is not measured.
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
