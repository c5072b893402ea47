import {
  type Appended,
  EventStore,
  type LogStatistics,
  type NewEvent,
  type Page,
  type ReadOptions,
  type RecordedEvent,
} from '../../src/application/ports/event-store.js';

/** The control of group commit: the same store, but an append begins when the one before is durable. */
export class OneCommitEach extends EventStore {
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly store: EventStore) {
    super();
  }

  override append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
    const appended = this.last.then(() => this.store.append(stream, expected, events));
    this.last = appended.catch(() => undefined); // Who asked hears of it; the next append goes on.
    return appended;
  }

  override readStream(stream: string, from?: number): AsyncIterable<readonly RecordedEvent[]> {
    return this.store.readStream(stream, from);
  }

  override readAll(after: bigint, options?: ReadOptions): AsyncIterable<Page> {
    return this.store.readAll(after, options);
  }

  override subscribe(
    after: bigint,
    options: ReadOptions & { readonly signal: AbortSignal },
  ): AsyncIterable<Page> {
    return this.store.subscribe(after, options);
  }

  override head(): Promise<bigint> {
    return this.store.head();
  }

  override statistics(): Promise<LogStatistics> {
    return this.store.statistics();
  }

  override close(): Promise<void> {
    return this.store.close();
  }
}
