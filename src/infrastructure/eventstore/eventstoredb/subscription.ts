import { excludeSystemEvents } from '@eventstore/db-client';
import { type Page, StoreUnavailable } from '../../../application/ports/event-store.js';
import { Backoff } from '../../../application/projecting/backoff.js';
import type { Calls } from './calls.js';
import { failure } from './failures.js';
import { BUFFERED_MAX, LiveEvents } from './live-events.js';
import { chosen, type LogReader, Order, type Reading, wirePosition } from './log-reader.js';
import { isSystem, positionOf } from './recorded.js';
import { pause } from './within.js';

/** Pauses between attempts; with the longest, a subscription is back within 10 s of its server. */
const BACKOFF_MS_MIN = 50;
const BACKOFF_MS_MAX = 2_000;

type SubscriptionOptions = {
  /** After this silence, in milliseconds, a subscription checks whether the log has grown without it. */
  readonly heartbeatMs: number;
  /** How long a subscription tries to reconnect before it fails, in milliseconds. */
  readonly timeoutMs: number;
};

/** Follows the log, and reconnects after failures of connections and servers. */
export class Subscription {
  /** @param newest position of the newest event that this process knows of */
  constructor(
    private readonly calls: Calls,
    private readonly log: LogReader,
    private readonly newest: () => bigint,
    private readonly options: SubscriptionOptions,
  ) {}

  /** See EventStore.subscribe. */
  async *pages(reading: Reading): AsyncIterable<Page> {
    let upTo = reading.after;
    let atHead = false;
    let lostAt: number | undefined;
    const backoff = new Backoff(BACKOFF_MS_MIN, BACKOFF_MS_MAX);
    while (!reading.signal.aborted) {
      try {
        for await (const page of this.follow({ ...reading, after: upTo })) {
          lostAt = undefined;
          backoff.reset();
          if (atHead && page.atHead && page.upTo === upTo) continue; // Reconnected without a new event.
          ({ upTo, atHead } = page);
          yield page;
        }
      } catch (error) {
        const translated = failure(error, false);
        if (!(translated instanceof StoreUnavailable)) throw translated;
        lostAt ??= performance.now();
        if (performance.now() - lostAt >= this.options.timeoutMs) throw translated;
        await pause(backoff.next(), reading.signal);
      }
    }
  }

  /** The existing log in bounded reads, then new events, until the subscription fails or is silent for too long. */
  private async *follow(reading: Reading): AsyncIterable<Page> {
    let upTo = reading.after;
    for await (const page of this.log.pages(reading)) {
      upTo = page.upTo;
      yield page;
    }
    if (!reading.signal.aborted) yield* this.live({ ...reading, after: upTo });
  }

  private async *live(reading: Reading): AsyncIterable<Page> {
    const { signal, pageSize } = reading;
    let upTo = reading.after;
    const source = this.calls.client.subscribeToAll(
      { fromPosition: wirePosition(upTo), filter: excludeSystemEvents() },
      { highWaterMark: BUFFERED_MAX },
    );
    const live = new LiveEvents(source);
    try {
      const order = new Order(upTo);
      for (;;) {
        const batch = await live.next(pageSize, this.options.heartbeatMs, signal);
        if (signal.aborted) return;
        const news = batch.filter((event) => order.admits(event) && !isSystem(event));
        const last = news.at(-1);
        if (last) {
          upTo = positionOf(last);
          yield { events: chosen(news, reading), upTo, atHead: live.drained && upTo >= this.newest() };
        } else if (batch.length === 0 && (await this.log.head(signal)) > upTo && live.drained) {
          throw new StoreUnavailable('EventStoreDB delivers nothing though the log has grown.', false);
        }
      }
    } finally {
      live.close();
    }
  }
}
