/** One play as its source tells it, in no source's format. */
export type Listen = {
  /** Exactly as written: not trimmed, not normalised. */
  readonly artist: string;
  /** Exactly as written. */
  readonly track: string;
  /** UTC, epoch milliseconds: the best that the source knows. */
  readonly startedAt: number;
  readonly playedMs: number;
  /** ISO 3166-1 alpha-2; absent when the source does not know. */
  readonly territory?: string;
  /** The source's word for the kind of device; absent when it tells none. */
  readonly platform?: string;
};

/** Why a row that is in order is no play: `no-track` is a podcast, an audiobook or a video without a track. */
export type SkipReason = 'no-track';

/** What one row of a history turned out to be. `endedAt` is the time as written: UTC, epoch milliseconds. */
export type HistoryRow =
  | { readonly kind: 'play'; readonly endedAt: number; readonly playedMs: number; readonly listen: Listen }
  | {
      readonly kind: 'skipped';
      readonly endedAt: number;
      readonly playedMs: number;
      readonly reason: SkipReason;
    }
  | { readonly kind: 'broken'; readonly reason: string };
