/** A server-sent event as a client receives it. */
type ServerSentEvent = { readonly event?: string; readonly id?: string; readonly data?: string };

/** The events of a `text/event-stream` response, without comments and events without data. */
export async function* eventsOf(response: Response): AsyncGenerator<ServerSentEvent> {
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = block.split('\n').flatMap((line) => {
        const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
        return name === undefined ? [] : [[name, value ?? ''] as const];
      });
      const event: ServerSentEvent = Object.fromEntries(fields);
      if (event.data !== undefined) yield event;
    }
  }
}
