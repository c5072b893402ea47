import {
  type Appended,
  EventStore,
  type LogStatistics,
  type NewEvent,
  type Page,
  type ReadOptions,
  type RecordedEvent,
} from '../../../application/ports/event-store.js';
import { Appends } from './appends.js';
import { Calls } from './calls.js';
import { isAtEnd, LogReader, type Reading } from './log-reader.js';
import { type StoredEvent, selector, toRecorded } from './recorded.js';
import { Subscription } from './subscription.js';

export type EventStoreDbOptions = {
  /** Longest wait for one response of the server, in milliseconds. Default 5,000. */
  readonly deadlineMs?: number;
  /** After this silence, in milliseconds, a subscription checks whether the log has grown without it. Default 5,000. */
  readonly heartbeatMs?: number;
  /** How long a subscription tries to reconnect before it fails, in milliseconds. Default 10 minutes. */
  readonly timeoutMs?: number;
};

const PAGE_SIZE = 1_000;
const PAGE_SIZE_MAX = 10_000;

/**
 * The log in EventStoreDB 22.6 or newer, or KurrentDB. An event's position is its commit position in `$all`.
 *
 * Appends, and reads for commands, go to the leader, because they must see all earlier appends. The client connects to the
 * leader when another node names it, and to the node of the connection string when that leader is gone.
 */
export class EventStoreDbEventStore extends EventStore {
  private readonly calls: Calls;
  private readonly log: LogReader;
  private readonly appends: Appends;
  private readonly subscription: Subscription;

  /**
   * Does not connect yet.
   *
   * @param connectionString `esdb://host:2113?tls=false`, `esdb+discover://...`; also with `kurrentdb` for `esdb`
   * @throws {Error} when the connection string cannot be read
   */
  constructor(connectionString: string, options: EventStoreDbOptions = {}) {
    super();
    const { deadlineMs = 5_000, heartbeatMs = 5_000, timeoutMs = 600_000 } = options;
    this.calls = new Calls(connectionString, deadlineMs);
    this.log = new LogReader(this.calls);
    this.appends = new Appends(this.calls, this.log);
    const newest = () => this.appends.newest;
    this.subscription = new Subscription(this.calls, this.log, newest, { heartbeatMs, timeoutMs });
  }

  async append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
    return this.appends.append(stream, expected, events);
  }

  async *readStream(stream: string, from = 0): AsyncIterable<readonly RecordedEvent[]> {
    if (stream.startsWith('$')) return;
    for (let next = from; ;) {
      const page = await this.log.revisions(stream, next, PAGE_SIZE);
      assertGapless(stream, next, page.events);
      if (page.events.length > 0) yield page.events.map(toRecorded);
      if (isAtEnd(page, PAGE_SIZE)) return;
      next += page.events.length;
    }
  }

  async *readAll(after: bigint, options: ReadOptions = {}): AsyncIterable<Page> {
    const reading = this.reading(after, options);
    const head = await this.log.head(reading.signal);
    if (!reading.signal.aborted) yield* this.log.pages(reading, head);
  }

  async *subscribe(
    after: bigint,
    options: ReadOptions & { readonly signal: AbortSignal },
  ): AsyncIterable<Page> {
    const reading = this.reading(after, options);
    const signal = AbortSignal.any([reading.signal, this.calls.signal]);
    yield* this.subscription.pages({ ...reading, signal });
  }

  async head(): Promise<bigint> {
    return this.log.head();
  }

  /** Empty: EventStoreDB has none of these figures for a client. */
  async statistics(): Promise<LogStatistics> {
    return {};
  }

  /** Ends the subscriptions too. */
  async close(): Promise<void> {
    await this.calls.close();
  }

  private reading(after: bigint, { select, pageSize = PAGE_SIZE, signal }: ReadOptions): Reading {
    if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > PAGE_SIZE_MAX) {
      throw new RangeError(`A page has 1 to ${PAGE_SIZE_MAX} events, not ${pageSize}.`);
    }
    return { after, pageSize, wanted: selector(select), signal: signal ?? new AbortController().signal };
  }
}

/** Throws for a stream that was truncated on the server: no command is decided on a part of a stream. */
const assertGapless = (stream: string, from: number, events: readonly StoredEvent[]): void => {
  for (const [index, { revision }] of events.entries()) {
    if (Number(revision) !== from + index)
      throw new Error(`${stream} lacks revision ${from + index}: it was truncated on the server.`);
  }
};
