import type { Serve } from './server.js';

/** Entry of a server process: starts one `serve`, then answers requests of the bench until it is killed. */
type Message = {
  readonly id: number;
  readonly request: string;
  readonly module?: string;
  readonly input?: unknown;
};

let ask: ((request: string) => Promise<unknown>) | undefined;

const answer = async ({ request, module, input }: Message): Promise<unknown> => {
  if (request === 'cpu') {
    const { user, system } = process.cpuUsage();
    return user + system;
  }
  if (module === undefined) return ask?.(request);
  const { serve } = (await import(module)) as { readonly serve: Serve<unknown, unknown> };
  const server = await serve(input);
  ({ ask } = server);
  return server.info;
};

process.on('message', (message: Message) => {
  answer(message).then(
    (result) => process.send?.({ id: message.id, result }),
    (thrown: unknown) =>
      process.send?.({
        id: message.id,
        error: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
      }),
  );
});
process.on('disconnect', () => process.exit());
