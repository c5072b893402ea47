import type { Histogram } from 'prom-client';
import type { Appended, EventStore, NewEvent } from '../../application/ports/event-store.js';
import { EventStoreFront } from '../shared/event-store-front.js';

/** Any event store, its appends timed. */
export class MeasuredEventStore extends EventStoreFront {
  private readonly durable: Histogram.Internal<'outcome'>;
  private readonly refused: Histogram.Internal<'outcome'>;

  constructor(store: EventStore, seconds: Histogram<'outcome'>) {
    super(store);
    this.durable = seconds.labels('durable');
    this.refused = seconds.labels('refused');
  }

  override async append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
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
}
