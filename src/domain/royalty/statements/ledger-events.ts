import type { Event } from '../../decider.js';
import type { Micros } from '../../shared/money.js';

// Events of the books, in streams `statement-<periodId>.<n>` and `journal-<periodId>.<n>`: n is 0 for the close of a
// period, else the number of the restatement. Journals of advances and payouts are in the payee's stream, next to the
// event that causes them. Nothing is ever changed: errors are corrected by reverse bookings.

/** Micro-units; may be below 0 in a restatement. */
export type BookedAmount = { readonly account: string; readonly amount: Micros };

/** Earnings of a track in a period by account; in a restatement, the differences. The splits add up to the amount. */
export type RecordedLine = {
  readonly trackId: string;
  readonly plays: number;
  readonly creditPpm: number;
  readonly amount: Micros;
  readonly splits: readonly BookedAmount[];
  /** Charges to payees for artificial plays (R18), included in the splits; absent when there are none. */
  readonly penalty?: { readonly artificial: number; readonly charges: readonly BookedAmount[] };
  /** Plays rejected by R17 only; absent when 0. */
  readonly belowEligibility?: number;
  /** From 1: continues the bookings of the previous record and repeats its figures. Absent: first record of a line. */
  readonly part?: number;
};

/**
 * `seq` counts the events of a statement from 0. Lines are in order of track, by bytes. A line with too many bookings
 * continues in further records, in this event or the next.
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
    /** Id of the journal that this one reverses; else null. */
    readonly reverses: string | null;
    /** UTC, epoch milliseconds; null in journals posted before the field existed. */
    readonly at: number | null;
  }
>;

/** Sum of the lines in micro-units; 0 for every valid journal (I1). */
export const journalSum = (lines: readonly BookedAmount[]): bigint =>
  lines.reduce((sum, { amount }) => sum + BigInt(amount), 0n);

/** Maximum lines of a statement in one event. */
export const STATEMENT_LINES_MAX = 200;
/** Maximum bookings in one journal event. */
export const JOURNAL_LINES_MAX = 500;
/**
 * Maximum accounts in one record of a line. With the longest names and a charge for each account, a record has two
 * thirds of the maximum size of an append.
 */
export const LINE_BOOKINGS_MAX = 1_000;
