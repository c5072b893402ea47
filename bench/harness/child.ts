import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('./child-main.js', import.meta.url));

/** What a module must export to be run in a child process: data in, data out, both JSON. */
export type Measure<Input, Result> = (input: Input) => Promise<Result>;

/**
 * Runs `measure` of `module` in a Node process of its own, so that neither memory nor a compiler's guesses pass from
 * one subject to the next.
 *
 * @param module address of a compiled module, as `new URL('x.js', import.meta.url)`
 * @throws when the module throws, or its process dies
 */
export const inChild = <Result>(
  module: URL,
  input: object = {},
  execArgv: readonly string[] = [],
): Promise<Result> =>
  new Promise((resolve, reject) => {
    const child = fork(ENTRY, [], {
      execArgv: [...execArgv],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    endWithUs(child);
    let answer: { readonly result: Result } | { readonly error: string } | undefined;
    child.on('message', (message) => {
      answer = message as typeof answer;
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      if (!answer) reject(new Error(`${module.pathname} ended without a result (${signal ?? code})`));
      else if ('error' in answer) reject(new Error(answer.error));
      else resolve(answer.result);
    });
    child.send({ module: module.href, input });
  });

/** A child must not outlive a bench that is broken off. */
export const endWithUs = (child: ChildProcess): void => {
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
};
