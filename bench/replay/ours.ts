import { START } from '../../src/application/ports/event-store.js';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { count, type Looks, type Replayed, timed } from './fold.js';

export const measure = async (input: {
  readonly folder: string;
  readonly looks: Looks;
}): Promise<Replayed> => {
  const log = new EmbeddedEventStore(input.folder);
  const replayed = await timed(async (counter) => {
    for await (const page of log.readAll(START)) {
      for (const event of page.events) count(counter, event, input.looks);
    }
  });
  await log.close();
  return replayed;
};
