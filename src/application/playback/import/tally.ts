import type { HistoryRow } from './listen.js';

/** A listen of this length and more counts as a play in every published count of the service: 30 s. */
const PLAY_MS_MIN = 30_000;

/** What rows came to. Nothing is taken out: no duplicate, no overlap, no 0 ms. */
export type Tally = {
  /** All rows; one that is broken counts here and nowhere else. */
  readonly rows: number;
  readonly rowsWithTrack: number;
  /** Rows with a track that lasted 30 s or more. */
  readonly plays30s: number;
  /** Rows that lasted 30 s or more, with or without a track. */
  readonly rows30sAny: number;
  readonly totalMs: number;
  readonly totalMsWithTrack: number;
  /** Lowest and highest end of a play as written: UTC, epoch milliseconds; null when there is none. */
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

/** Counts a row into `tally`, in place: once for each row, so it allocates nothing. */
export const count = (tally: Writable<Tally>, row: HistoryRow): void => {
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

/** The tally of both together. */
export const sum = (a: Tally, b: Tally): Tally => ({
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
