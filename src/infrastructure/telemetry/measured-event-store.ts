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
  private readonly durable: Histogram.Internal<'outcome'>;
  private readonly refused: Histogram.Internal<'outcome'>;

  constructor(
    private readonly store: EventStore,
    seconds: Histogram<'outcome'>,
  ) {
    super();
    this.durable = seconds.labels('durable');
    this.refused = seconds.labels('refused');
  }

  async append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
    const startedAt = performance.now();
    let outcome = this.refused;
    try {
      const appended = await this.store.append(stream, expected, events);
      outcome = this.durable;
      return appended;
    } finally {
      outcome.observe((performance.now() - startedAt) / 1_000);
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
