import { closeSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { NO_STREAM, type NewEvent, START } from '../../src/application/ports/event-store.js';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { EVENTS_PER_STREAM, newStream, smallEvent } from '../workload/small-events.js';

export type Prepared = { readonly logBytes: number; readonly fileBytes: number };

const IN_FLIGHT = 64;

/** Fills an empty log with `events` events and, on request, a plain file with the same events as JSON lines. */
export const measure = async (input: {
  readonly folder: string;
  readonly events: number;
  readonly file?: string;
}): Promise<Prepared> => {
  const log = new EmbeddedEventStore(input.folder);
  await fillByStream((stream, events) => log.append(stream, NO_STREAM, events), input.events);

  let fileBytes = 0;
  if (input.file !== undefined) {
    const file = openSync(input.file, 'w');
    for await (const page of log.readAll(START)) {
      const lines = page.events.map(
        ({ position, stream, revision, id, type, data, metadata }) =>
          `${JSON.stringify({ position: Number(position), stream, revision, id, type, data, metadata })}\n`,
      );
      fileBytes += writeSync(file, lines.join(''));
    }
    closeSync(file);
  }
  await log.close();
  return { logBytes: bytesIn(input.folder), fileBytes };
};

/** Whole streams of ten events, each in one append. */
export const fillByStream = async (
  append: (stream: string, events: readonly NewEvent[]) => Promise<unknown>,
  events: number,
): Promise<void> => {
  let left = events;
  const writer = async (): Promise<void> => {
    while (left > 0) {
      const length = Math.min(left, EVENTS_PER_STREAM);
      left -= length;
      await append(newStream(), Array.from({ length }, smallEvent));
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, writer));
};

const bytesIn = (folder: string): number =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
