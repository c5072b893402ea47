import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { fillWithMonth } from '../workload/month.js';

/** Creates the log of a month in an empty folder. @returns the number of its events */
export const measure = async (input: {
  readonly folder: string;
  readonly plays: number;
}): Promise<number> => {
  const store = new EmbeddedEventStore(input.folder);
  await fillWithMonth(store, input.plays);
  const events = Number(await store.head());
  await store.close();
  return events;
};
