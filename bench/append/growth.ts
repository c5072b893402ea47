import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { fill } from './closed-loop.js';

/** Milliseconds to fill an empty log with `events` events, 64 in flight, after a warm-up on another log. */
export const measure = async (input: {
  readonly folder: string;
  readonly events: number;
}): Promise<number> => {
  await timed(join(input.folder, 'warm-up'), WARM_UP_EVENTS);
  return timed(join(input.folder, 'log'), input.events);
};

const WARM_UP_EVENTS = 20_000;
const IN_FLIGHT = 64;

const timed = async (folder: string, events: number): Promise<number> => {
  mkdirSync(folder);
  const log = new EmbeddedEventStore(folder);
  const ms = await fill(
    (stream, expected, event) => log.append(stream, expected, [event]),
    events,
    IN_FLIGHT,
  );
  await log.close();
  return ms;
};
