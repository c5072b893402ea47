import type { Measure } from './child.js';

/** Entry of a child process: runs one `measure`, sends its result and exits. */
process.once('message', (message) => {
  const { module, input } = message as { readonly module: string; readonly input: unknown };
  void answer(module, input);
});

const answer = async (module: string, input: unknown): Promise<void> => {
  const reply = await run(module, input);
  process.send?.(reply, () => process.disconnect?.());
};

const run = async (module: string, input: unknown): Promise<object> => {
  try {
    const { measure } = (await import(module)) as { readonly measure: Measure<unknown, unknown> };
    return { result: await measure(input) };
  } catch (thrown) {
    return { error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown) };
  }
};
