import type { Histogram } from 'prom-client';
import type { Appended, EventStore, NewEvent } from '../../application/ports/event-store.js';
import { EventStoreFront } from '../shared/event-store-front.js';

/** Measures the appends of an event store. */
export class MeasuredEventStore extends EventStoreFront {
  private readonly durable: Histogram.Internal<'outcome'>;
  private readonly refused: Histogram.Internal<'outcome'>;

  constructor(store: EventStore, seconds: Histogram<'outcome'>) {
    super(store);
    this.durable = seconds.labels('durable');
    this.refused = seconds.labels('refused');
  }

  override append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
    const startedAt = performance.now();
    const seconds = () => (performance.now() - startedAt) / 1_000;
    const appended = this.store.append(stream, expected, events);
    // The caller does not wait for it.
    appended.then(
      () => this.durable.observe(seconds()),
      () => this.refused.observe(seconds()),
    );
    return appended;
  }
}
