import type { Page, ReadOptions, RecordedEvent, Selection } from '../../../application/ports/event-store.js';
import { type LogPages, type LogSlice, wantedBy, type Wanted } from './log-pages.js';

const PAGE_SIZE = 1_000;
const PAGE_SIZE_MAX = 10_000;

/** A page ends after this many positions even if few events in them are selected, so that its reader sees progress. */
const SCAN_MAX = 10_000;

/** Concurrent readers take shorter steps: a reader of few events would otherwise run ahead of the slices of the others. */
const SHARED_SCAN_MAX = 1_000;

/** A reader that selects less than one event in so many does not fetch the others. */
const RARE = 8;

/** One reader's place in the log. */
export class LogCursor {
  private readonly wanted: Wanted;
  private readonly types: ReadonlySet<string> | undefined;
  private readonly pageSize: number;
  private readonly select: Selection | undefined;
  private slice: LogSlice | undefined;
  private next = 0;
  private rare = false;

  constructor(
    private readonly pages: LogPages,
    private upTo: number,
    { select, pageSize = PAGE_SIZE }: ReadOptions,
  ) {
    if (!Number.isInteger(pageSize) || pageSize < 1 || pageSize > PAGE_SIZE_MAX) {
      throw new RangeError(`A page has 1 to ${PAGE_SIZE_MAX} events, not ${pageSize}.`);
    }
    this.select = select?.types || select?.categories ? select : undefined;
    this.wanted = wantedBy(select);
    this.types = select?.types && new Set(select.types);
    this.pageSize = pageSize;
  }

  /** The position up to which pages were delivered. */
  get position(): number {
    return this.upTo;
  }

  /** The next page. @param head position at which the log, or the read, ends */
  page(head: number): Page {
    const events: RecordedEvent[] = [];
    const end = Math.min(head, this.upTo + this.scanMax());
    while (this.upTo < end && events.length < this.pageSize) {
      const from = this.upTo;
      const before = events.length;
      if (!this.slice) {
        this.slice = this.nextSlice(head);
        this.next = this.slice.indexAfter(this.upTo);
      }
      this.take(this.slice, events);
      this.rare = (events.length - before) * RARE < this.upTo - from;
    }
    return { events, upTo: BigInt(this.upTo), atHead: this.upTo >= head };
  }

  /** The slice that another reader has just read; else all rows, or only the selected ones for a single or a rare reader. */
  private nextSlice(head: number): LogSlice {
    const known = this.pages.known(this.upTo, head);
    if (known) return known;
    return this.select && (this.rare || !this.pages.shared)
      ? this.pages.selectedAfter(this.upTo, Math.min(head, this.upTo + this.scanMax()), this.select)
      : this.pages.after(this.upTo, head);
  }

  private scanMax(): number {
    return this.pages.shared ? SHARED_SCAN_MAX : SCAN_MAX;
  }

  private take(slice: LogSlice, events: RecordedEvent[]): void {
    if (this.types && !slice.hasAny(this.types)) this.next = slice.length;
    while (this.next < slice.length && events.length < this.pageSize) {
      this.upTo = slice.positionAt(this.next);
      const event = slice.at(this.next++, this.wanted);
      if (event) events.push(event);
    }
    if (this.next < slice.length) return;
    this.upTo = slice.to;
    this.slice = undefined;
  }
}
