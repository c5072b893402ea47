/** A server-sent event as a client sees it. */
export type Told = { readonly event?: string; readonly id?: string; readonly data?: string };

/** What is told by an answer of `text/event-stream`, comments and fields without data left out. */
export async function* eventsOf(response: Response): AsyncGenerator<Told> {
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
      const told: Told = Object.fromEntries(fields);
      if (told.data !== undefined) yield told;
    }
  }
}
