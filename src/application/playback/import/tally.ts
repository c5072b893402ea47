import type { HistoryRow } from './listen.js';

/** 30 s: the shortest listen that published counts of the service count as a play. */
const PLAY_MS_MIN = 30_000;

/** Counts and totals over rows. All rows are included: duplicates, overlaps and plays of 0 ms too. */
export type Tally = {
  /** All rows. A broken row counts only here. */
  readonly rows: number;
  readonly rowsWithTrack: number;
  /** Rows with a track that lasted 30 s or more. */
  readonly plays30s: number;
  /** Rows that lasted 30 s or more, with or without a track. */
  readonly rows30sAny: number;
  readonly totalMs: number;
  readonly totalMsWithTrack: number;
  /** Earliest and latest end of a row as written: UTC, epoch milliseconds; null without rows. */
  readonly first: number | null;
  readonly last: number | null;
};

export const NO_ROWS: Tally = {
  rows: 0,
  rowsWithTrack: 0,
  plays30s: 0,
  rows30sAny: 0,
  totalMs: 0,
  totalMsWithTrack: 0,
  first: null,
  last: null,
};

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Adds a row to `tally`, in place: it runs for each row, so it allocates nothing. */
export const countRow = (tally: Writable<Tally>, row: HistoryRow): void => {
  tally.rows += 1;
  if (row.kind === 'broken') return;
  const isLong = row.playedMs >= PLAY_MS_MIN;
  tally.totalMs += row.playedMs;
  if (isLong) tally.rows30sAny += 1;
  if (row.kind === 'play') {
    tally.rowsWithTrack += 1;
    tally.totalMsWithTrack += row.playedMs;
    if (isLong) tally.plays30s += 1;
  }
  if (tally.first === null || row.endedAt < tally.first) tally.first = row.endedAt;
  if (tally.last === null || row.endedAt > tally.last) tally.last = row.endedAt;
};

/** The sum of two tallies. */
export const addTallies = (a: Tally, b: Tally): Tally => ({
  rows: a.rows + b.rows,
  rowsWithTrack: a.rowsWithTrack + b.rowsWithTrack,
  plays30s: a.plays30s + b.plays30s,
  rows30sAny: a.rows30sAny + b.rows30sAny,
  totalMs: a.totalMs + b.totalMs,
  totalMsWithTrack: a.totalMsWithTrack + b.totalMsWithTrack,
  first: pick(a.first, b.first, Math.min),
  last: pick(a.last, b.last, Math.max),
});

const pick = (
  a: number | null,
  b: number | null,
  choose: (a: number, b: number) => number,
): number | null => {
  if (a === null) return b;
  return b === null ? a : choose(a, b);
};
