import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { fillWithPlays, type Spread } from '../workload/plays.js';

/** Fills an empty log with plays. @returns the number of its events */
export const measure = async (input: {
  readonly folder: string;
  readonly events: number;
  readonly spread: Spread;
}): Promise<number> => {
  const log = new EmbeddedEventStore(input.folder);
  const events = await fillWithPlays(log, input.events, input.spread);
  await log.close();
  return events;
};
