import { START } from '../../src/application/ports/event-store.js';
import { EmbeddedLogReader } from '../../src/infrastructure/eventstore/embedded/embedded-log-reader.js';
import { count, newCounter } from '../replay/fold.js';

/** One pass over the log. */
export type Pass = { readonly plays: number; readonly ms: number; readonly cpuMs: number };

type Input = { readonly folder: string; readonly types?: readonly string[] };

/** Reads the log, or its events of some types, into a counter, after a warm-up with the log in `warmUp`. */
export const measure = async ({ warmUp, ...input }: Input & { readonly warmUp: string }): Promise<Pass> => {
  await read({ ...input, folder: warmUp });
  return read(input);
};

const read = async ({ folder, types }: Input): Promise<Pass> => {
  const store = new EmbeddedLogReader(folder);
  const counter = newCounter();
  let plays = 0;
  const cpu = process.cpuUsage();
  const from = performance.now();
  for await (const { events } of store.readAll(START, types ? { select: { types } } : {}))
    for (const event of events) {
      count(counter, event, 'at all');
      if (event.type === 'PlayStopped') plays++;
    }
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(cpu);
  await store.close();
  return { plays, ms, cpuMs: (user + system) / 1_000 };
};
