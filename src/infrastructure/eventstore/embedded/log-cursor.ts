import type { Page, ReadOptions, RecordedEvent } from '../../../application/ports/event-store.js';
import { type LogPages, STRETCH, type Stretch, wantedBy, type Wanted } from './log-pages.js';

const PAGE_SIZE_MAX = 10_000;

/** A page ends after this many positions even when little in them was wanted, so that its reader sees progress. */
const SCAN_MAX = 10 * STRETCH;

/** One reader's place in the log. */
export class LogCursor {
  private readonly wanted: Wanted;
  private readonly pageSize: number;
  private stretch: Stretch | undefined;
  private next = 0;

  constructor(
    private readonly pages: LogPages,
    private upTo: number,
    { select, pageSize = STRETCH }: ReadOptions,
  ) {
    if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > PAGE_SIZE_MAX) {
      throw new RangeError(`A page has 1 to ${PAGE_SIZE_MAX} events, not ${pageSize}.`);
    }
    this.wanted = wantedBy(select);
    this.pageSize = pageSize;
  }

  /** Position up to which pages were delivered. */
  get position(): number {
    return this.upTo;
  }

  /** The next page; `head` is how far the log reaches, or how far this reader wants to read. */
  page(head: number): Page {
    const events: RecordedEvent[] = [];
    const end = Math.min(head, this.upTo + SCAN_MAX);
    while (this.upTo < end && events.length < this.pageSize) {
      this.stretch ??= this.pages.after(this.upTo, head);
      this.take(this.stretch, events);
    }
    return { events, upTo: BigInt(this.upTo), atHead: this.upTo >= head };
  }

  private take(stretch: Stretch, events: RecordedEvent[]): void {
    while (this.next < stretch.length && events.length < this.pageSize) {
      this.upTo = stretch.positionAt(this.next);
      const event = stretch.at(this.next++, this.wanted);
      if (event) events.push(event);
    }
    if (this.next < stretch.length) return;
    this.upTo = stretch.to;
    this.stretch = undefined;
    this.next = 0;
  }
}
