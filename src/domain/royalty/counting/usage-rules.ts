import type { Sha256 } from '../../shared/exact/sha256.js';
import type { ShareTimeline } from './share-timeline.js';
import type { VerdictRules } from './verdicts.js';
import type { FinishedPlay } from './finished-play.js';

/** What the catalogue says of a track, as of the fence. */
export type Recording = { readonly artistId: string; readonly isNoise: boolean };

/** A play, and the period it belongs to. */
export type PeriodPlay = FinishedPlay & {
  readonly period: string;
  /** The number of its track in the fold that takes it, once that was asked for it: it need not look it up again. */
  track?: number | undefined;
};

/** What plays are folded into usage by. */
export type UsageRules = VerdictRules & {
  /** Plays of other periods are looked at and not counted. */
  readonly periodId: string;
  /** Asked once for each track. */
  readonly timelineOf: (trackId: string) => ShareTimeline;
  /** Asked by the artist-centric model only. */
  readonly recordingOf: (trackId: string) => Recording;
  readonly sha256: Sha256;
};
