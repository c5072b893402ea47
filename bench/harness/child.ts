import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('./child-main.js', import.meta.url));

/** The exports of a module that runs in a child process. Input and result are JSON. */
export type Measure<Input, Result> = (input: Input) => Promise<Result>;

/**
 * Runs `measure` of `module` in a new Node process, so that neither memory nor compiler feedback carries over from one
 * subject to the next.
 *
 * @param module address of a compiled module, as `new URL('x.js', import.meta.url)`
 * @throws when the module throws or its process ends without a result
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

/** Ends the child when the bench is interrupted. */
export const endWithUs = (child: ChildProcess): void => {
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
};
