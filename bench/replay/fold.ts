/** The counter that every replay folds into. */
export type Counter = { events: number; characters: number; positionMs: number; actedAt: number };

export const newCounter = (): Counter => ({ events: 0, characters: 0, positionMs: 0, actedAt: 0 });

/**
 * The fields that a replay reads: all fields, or those that projections read: stream and data. Our log decodes a field
 * when it is read; a line of a file is parsed as a whole.
 */
export type Looks = 'at all' | 'as projections';

type Decoded = {
  readonly stream?: string;
  readonly id?: string;
  readonly data: object;
  readonly metadata: object;
};

export const count = (counter: Counter, event: Decoded, looks: Looks): void => {
  counter.events += 1;
  counter.characters += event.stream?.length ?? 0;
  counter.positionMs += (event.data as { readonly positionMs?: number }).positionMs ?? 0;
  if (looks === 'as projections') return;
  counter.characters += event.id?.length ?? 0;
  counter.actedAt += (event.metadata as { readonly at: number }).at % 1_000;
};

export type Replayed = Counter & { readonly ms: number; readonly cpuMs: number };

/** Runs `replay` twice and times the second run, when the code is compiled and the log is in the page cache. */
export const timed = async (replay: (counter: Counter) => Promise<void> | void): Promise<Replayed> => {
  await replay(newCounter());
  const counter = newCounter();
  const cpu = process.cpuUsage();
  const from = performance.now();
  await replay(counter);
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(cpu);
  return { ...counter, ms, cpuMs: (user + system) / 1_000 };
};
