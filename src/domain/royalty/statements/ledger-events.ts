import type { Event } from '../../decider.js';
import type { Micros } from '../../shared/money.js';

// The books. Streams `statement-<periodId>.<n>` and `journal-<periodId>.<n>`: n is 0 for the close of a period, and the
// number of the restatement after it. What is paid ahead and paid out is posted in the payee's own stream, together with
// the fact that calls for it. Nothing is ever changed: what was wrong is booked again, the other way.

/** Below 0 where a restatement takes back. */
export type BookedAmount = { readonly account: string; readonly amount: Micros };

/** What a track earned in a period and whose it is; of a restatement: the differences. The splits make the amount. */
export type RecordedLine = {
  readonly trackId: string;
  readonly plays: number;
  readonly creditPpm: number;
  readonly amount: Micros;
  readonly splits: readonly BookedAmount[];
  /** What R18 takes from payees, within the splits, for how many artificial plays; absent where there is nothing. */
  readonly penalty?: { readonly artificial: number; readonly charges: readonly BookedAmount[] };
  /** Plays that earned nothing since the track has too few (R17); absent where there are none. */
  readonly belowEligibility?: number;
  /** From 1 on: it goes on with the bookings of the line before, and repeats its figures. Absent: a line begins. */
  readonly part?: number;
};

/**
 * `seq` counts the events of a statement from 0. Lines are in order of track, by bytes; one whose bookings are too many
 * goes on in further records, in this event or the next.
 */
export type StatementLinesRecorded = Event<
  'StatementLinesRecorded',
  { readonly seq: number; readonly lines: readonly RecordedLine[] }
>;

export const JOURNAL_REASONS = [
  'REVENUE',
  'EXCHANGE',
  'SETTLEMENT',
  'RESTATEMENT',
  'RELEASE',
  'ADVANCE',
  'PAYOUT',
  'REVERSAL',
] as const;
export type JournalReason = (typeof JOURNAL_REASONS)[number];

/** Double entry: the lines of each event add up to 0. `seq` counts the events of a journal from 0. */
export type JournalPosted = Event<
  'JournalPosted',
  {
    readonly journalId: string;
    readonly seq: number;
    readonly reason: JournalReason;
    readonly currency: string;
    readonly lines: readonly BookedAmount[];
    /** The journal that this one books back; null where it stands for itself. */
    readonly reverses: string | null;
    /** UTC, epoch milliseconds; null where it was posted before journals said so. */
    readonly at: number | null;
  }
>;

/** 0 for every sound journal (I1). */
export const journalSum = (lines: readonly BookedAmount[]): bigint =>
  lines.reduce((sum, { amount }) => sum + BigInt(amount), 0n);

/** Lines of a statement in one event. */
export const STATEMENT_LINES_MAX = 200;
/** Bookings in one event of a journal. */
export const JOURNAL_LINES_MAX = 500;
/**
 * Accounts in one record of a line: parties of all its shares, cases that hold some of it. With the longest names, and a
 * charge for each, two thirds of what an append may have.
 */
export const LINE_BOOKINGS_MAX = 1_000;
