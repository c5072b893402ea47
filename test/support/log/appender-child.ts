/**
 * A process that appends to the log of a data folder and reports each acknowledged append as a line of JSON.
 * Arguments: folder, number of clients, appends for each client (0: until it is killed).
 * Exit code 3 and a line `{"stopped": …}` when the store stopped; 4 when the disk stayed full.
 */
import { randomUUID } from 'node:crypto';
import { writeSync } from 'node:fs';
import {
  type NewEvent,
  NO_STREAM,
  StoreFull,
  StoreStopped,
} from '../../../src/application/ports/event-store.js';
import { EmbeddedEventStore } from '../../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { happened } from './events.js';

/** An append that was acknowledged as durable. */
export type Acknowledged = {
  readonly stream: string;
  readonly expected: number;
  readonly position: string;
  readonly events: readonly NewEvent[];
};

const [folder = '', clients = '1', appends = '0'] = process.argv.slice(2);
const appendsMax = Number(appends) || Number.POSITIVE_INFINITY;
/** Attempts of an append while the disk is full. */
const ROOM_ATTEMPTS_MAX = 3;
/** Writes synchronously, because a killed process loses its buffers. */
const report = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);

const store = new EmbeddedEventStore(folder, {
  onStopped: ({ message }) => {
    report({ stopped: message });
    process.exit(3);
  },
});

const withRoom = async <T>(append: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await append();
    } catch (error) {
      if (!(error instanceof StoreFull)) throw error;
      if (attempt === ROOM_ATTEMPTS_MAX) process.exit(4);
    }
  }
};

const client = async (): Promise<void> => {
  const stream = `play-${randomUUID()}`;
  let expected = NO_STREAM;
  for (let count = 0; count < appendsMax; count++) {
    const key = randomUUID();
    const of = 1 + (count % 3);
    const events = Array.from({ length: of }, (_, index) => happened({ key, index, of }));
    const { revision, position } = await withRoom(() => store.append(stream, expected, events));
    report({ stream, expected, position: String(position), events } satisfies Acknowledged);
    expected = revision;
  }
};

try {
  await Promise.all(Array.from({ length: Number(clients) }, client));
  await store.close();
} catch (error) {
  if (!(error instanceof StoreStopped)) throw error;
}
