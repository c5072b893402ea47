/** A play from a listening history, independent of the source's format. */
export type Listen = {
  /** Exactly as written: not trimmed, not normalised. */
  readonly artist: string;
  /** Exactly as written. */
  readonly track: string;
  /** UTC, epoch milliseconds: the best time that the source has. */
  readonly startedAt: number;
  readonly playedMs: number;
  /** ISO 3166-1 alpha-2; absent when the source has none. */
  readonly territory?: string;
  /** The source's name for the kind of device; absent when it has none. */
  readonly platform?: string;
};

/** Why a valid row is not a play. `no-track`: a podcast, an audiobook or a video without a track. */
export type SkipReason = 'no-track';

/** A row of a listening history. `endedAt` is the time as written: UTC, epoch milliseconds. */
export type HistoryRow =
  | { readonly kind: 'play'; readonly endedAt: number; readonly playedMs: number; readonly listen: Listen }
  | {
      readonly kind: 'skipped';
      readonly endedAt: number;
      readonly playedMs: number;
      readonly reason: SkipReason;
    }
  | { readonly kind: 'broken'; readonly reason: string };
