import type { Histogram } from 'prom-client';
import {
  type Appended,
  EventStore,
  type LogStatistics,
  type NewEvent,
  type Page,
  type ReadOptions,
  type RecordedEvent,
} from '../../application/ports/event-store.js';

/** Any event store, its appends timed. */
export class MeasuredEventStore extends EventStore {
  constructor(
    private readonly store: EventStore,
    private readonly seconds: Histogram<'outcome'>,
  ) {
    super();
  }

  async append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
    const startedAt = performance.now();
    let outcome = 'refused';
    try {
      const appended = await this.store.append(stream, expected, events);
      outcome = 'durable';
      return appended;
    } finally {
      this.seconds.observe({ outcome }, (performance.now() - startedAt) / 1_000);
    }
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
