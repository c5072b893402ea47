import { randomUUID } from 'node:crypto';
import type {
  EventMetadata,
  EventStore,
  NewEvent,
  Page,
  ReadOptions,
  RecordedEvent,
} from '../../../src/application/ports/event-store.js';

export const metadataOf = (over: Partial<EventMetadata> = {}): EventMetadata => ({
  commandId: randomUUID(),
  commandHash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  actor: 'listener:l-1',
  at: 1_767_225_600_000,
  schema: 1,
  ...over,
});

/** A new event with a random id. */
export const happened = (data: object = {}, type = 'Happened'): NewEvent => ({
  id: randomUUID(),
  type,
  data,
  metadata: metadataOf(),
});

export const happenedTimes = (count: number, type = 'Happened'): NewEvent[] =>
  Array.from({ length: count }, (_, index) => happened({ index }, type));

/** A unique category, because servers keep the streams of other tests. */
export const newCategory = (): string => `t${randomUUID().replaceAll('-', '')}`;

export const newStream = (category = newCategory()): string => `${category}-${randomUUID()}`;

/** Appended events in the form in which they are expected to be read. */
export const recorded = (stream: string, from: number, events: readonly NewEvent[]) =>
  events.map((event, index) => ({ stream, revision: from + index, ...event }));

/** A recorded event without its position, which the engine chooses. */
export const plain = ({ stream, revision, id, type, data, metadata }: RecordedEvent) => ({
  stream,
  revision,
  id,
  type,
  data,
  metadata,
});

export const streamOf = async (store: EventStore, stream: string, from?: number): Promise<RecordedEvent[]> =>
  (await Array.fromAsync(store.readStream(stream, from))).flat();

export const eventsOf = (pages: readonly Page[]): RecordedEvent[] => pages.flatMap(({ events }) => events);

export const idsOf = (events: readonly { readonly id: string }[]): string[] => events.map(({ id }) => id);

/** Subscribes until `count` events have arrived. */
export const take = async (
  store: EventStore,
  after: bigint,
  count: number,
  { onPage, ...options }: Omit<ReadOptions, 'signal'> & { readonly onPage?: () => void } = {},
): Promise<RecordedEvent[]> => {
  const stop = new AbortController();
  const events: RecordedEvent[] = [];
  for await (const page of store.subscribe(after, { ...options, signal: stop.signal })) {
    events.push(...page.events);
    onPage?.();
    if (events.length >= count) stop.abort();
  }
  return events;
};
