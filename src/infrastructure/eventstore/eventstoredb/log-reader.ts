import {
  BACKWARDS,
  END,
  type ReadPosition,
  START as FROM_START,
  StreamNotFoundError,
} from '@eventstore/db-client';
import {
  type Page,
  type RecordedEvent,
  START,
  StoreUnavailable,
} from '../../../application/ports/event-store.js';
import type { Calls, TimeLeft } from './calls.js';
import type { Collected } from './collect.js';
import { isOurs, isSystem, positionOf, type StoredEvent, toRecorded } from './recorded.js';

/** Events in one page of a search for the head: most logs end with an event of ours, some with many system events. */
const HEAD_PAGE_MIN = 8;
const HEAD_PAGE_MAX = 4_096;

/** The parameters of a read of the log. */
export type Reading = {
  readonly after: bigint;
  readonly pageSize: number;
  readonly wanted: (event: StoredEvent) => boolean;
  readonly signal: AbortSignal;
};

/** Reads streams and the log in bounded calls, without system events. */
export class LogReader {
  /** The head that the last search found, and the end of the log then: the events before it do not change. */
  private known = { head: START, end: START };

  constructor(private readonly calls: Calls) {}

  /** Up to `count` events of `stream` from revision `from`; none when it does not exist. */
  async revisions(stream: string, from: number, count: number, left?: TimeLeft): Promise<Collected> {
    const options = { fromRevision: BigInt(from), maxCount: count, requiresLeader: true };
    return this.calls.read(() => this.calls.client.readStream(stream, options), left).catch(emptyIfMissing);
  }

  /**
   * Position of the last event. Searches backwards, no further than the end of an earlier search.
   * When `signal` aborts, the result of that one.
   */
  async head(signal?: AbortSignal): Promise<bigint> {
    const left = this.calls.deadline();
    const { known } = this;
    let fromPosition: ReadPosition = END;
    let end: bigint | undefined;
    for (let maxCount = HEAD_PAGE_MIN; ; maxCount = Math.min(maxCount * 4, HEAD_PAGE_MAX)) {
      const options = { direction: BACKWARDS, fromPosition, maxCount, requiresLeader: true } as const;
      const page = await this.calls.read(() => this.calls.client.readAll(options), left, signal);
      if (signal?.aborted) return known.head;

      const [newest] = page.events;
      if (newest) end ??= positionOf(newest);
      const found = page.events.find((event) => !isSystem(event) || positionOf(event) <= known.end);
      if (found || isAtEnd(page, maxCount)) {
        const head = found && !isSystem(found) ? positionOf(found) : known.head;
        if (end !== undefined && end > this.known.end) this.known = { head, end };
        return head;
      }
      const oldest = page.events.at(-1);
      if (oldest) fromPosition = wirePosition(positionOf(oldest));
    }
  }

  /** The log after `after` in pages: to `until`, the position of an event; else until the server has no more. */
  async *pages(reading: Reading, until?: bigint): AsyncIterable<Page> {
    const { signal, pageSize } = reading;
    let upTo = reading.after;
    let cursor = upTo; // Runs ahead of `upTo` over system events.
    for (let atHead = until !== undefined && upTo >= until; ;) {
      if (atHead) {
        yield { events: [], upTo, atHead };
        return;
      }
      const fromPosition = wirePosition(cursor);
      const maxCount = cursor === START ? pageSize : pageSize + 1; // The event at `cursor` comes once more.
      const page = await this.calls.read(
        () => this.calls.client.readAll({ fromPosition, maxCount }),
        this.calls.deadline(),
        signal,
      );
      if (signal.aborted) return;

      const order = new Order(cursor);
      const news = page.events.filter((event) => order.admits(event) && !isSystem(event));
      cursor = order.last;
      const run = until === undefined ? news : news.filter((event) => positionOf(event) <= until);
      const last = run.at(-1);
      if (last) upTo = positionOf(last);
      const short = isAtEnd(page, maxCount);
      atHead = until === undefined ? short : upTo === until;
      if (last) yield { events: chosen(run, reading), upTo, atHead };
      if (last && atHead) return;
      if (short && !atHead) throw new StoreUnavailable('EventStoreDB ended a read before its end.', false);
    }
  }
}

/** Asserts that positions increase from event to event, because the order of the log depends on them. */
export class Order {
  private seen = false;

  /** @param last position of the event before the first; that event may be delivered again */
  constructor(public last: bigint) {}

  /**
   * Whether `event` is new to the reader. Of the events that another program wrote in one transaction of the old TCP
   * protocol, which stand at one position, all but the first are passed over.
   *
   * @throws {Error} when an event of ours does not come after the one before it
   */
  admits(event: StoredEvent): boolean {
    const position = positionOf(event);
    const again = !this.seen && position === this.last;
    this.seen = true;
    if (again || (position <= this.last && !isOurs(event))) return false;
    if (position <= this.last) {
      throw new Error(
        `Event ${event.id} of ${event.streamId} is at position ${position}, not after ${this.last}: ` +
          'the log cannot be put in order. Was it written by transactions of the old TCP protocol?',
      );
    }
    this.last = position;
    return true;
  }
}

/** The events that Playledger wrote and the reader selects. */
export const chosen = (events: readonly StoredEvent[], { wanted }: Reading): readonly RecordedEvent[] =>
  events.filter((event) => isOurs(event) && wanted(event)).map(toRecorded);

/** A log position as the client takes it: commit and prepare position are equal for all events written by gRPC. */
export const wirePosition = (position: bigint): Exclude<ReadPosition, typeof END> =>
  position === START ? FROM_START : { commit: position, prepare: position };

/** Whether a read reached the end of its stream or log. */
export const isAtEnd = ({ ended, events }: Collected, maxCount: number): boolean =>
  ended && events.length < maxCount;

const emptyIfMissing = (error: unknown): Collected => {
  if (error instanceof StreamNotFoundError) return { events: [], ended: true };
  throw error;
};
