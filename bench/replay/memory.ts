import { START } from '../../src/application/ports/event-store.js';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { peakMiB } from '../harness/peak-memory.js';
import { count, newCounter } from './fold.js';

/** Peak resident memory, in MiB, of a process that replays the log once. */
export const measure = async (input: { readonly folder: string }): Promise<number> => {
  const log = new EmbeddedEventStore(input.folder);
  const counter = newCounter();
  for await (const page of log.readAll(START)) {
    for (const event of page.events) count(counter, event, 'at all');
  }
  await log.close();
  return peakMiB();
};
