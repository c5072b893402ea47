import {
  type Appended,
  EventStore,
  type LogStatistics,
  type NewEvent,
  type Page,
  type ReadOptions,
  type RecordedEvent,
} from '../../application/ports/event-store.js';

/** Delegates to an event store. Base of decorators, which override single methods. */
export class EventStoreFront extends EventStore {
  constructor(protected readonly store: EventStore) {
    super();
  }

  append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
    return this.store.append(stream, expected, events);
  }

  readStream(stream: string, from?: number): AsyncIterable<readonly RecordedEvent[]> {
    return this.store.readStream(stream, from);
  }

  readAll(after: bigint, options?: ReadOptions): AsyncIterable<Page> {
    return this.store.readAll(after, options);
  }

  subscribe(after: bigint, options: ReadOptions & { readonly signal: AbortSignal }): AsyncIterable<Page> {
    return this.store.subscribe(after, options);
  }

  head(): Promise<bigint> {
    return this.store.head();
  }

  statistics(): Promise<LogStatistics> {
    return this.store.statistics();
  }

  close(): Promise<void> {
    return this.store.close();
  }
}
