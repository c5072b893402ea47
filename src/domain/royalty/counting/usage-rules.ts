import type { Sha256 } from '../../shared/exact/sha256.js';
import type { ShareTimeline } from './share-timeline.js';
import type { VerdictRules } from './verdicts.js';
import type { FinishedPlay } from './finished-play.js';

/** Catalogue data of a track as of the fence. */
export type Recording = { readonly artistId: string; readonly isNoise: boolean };

/** A play with the id of its period. */
export type PeriodPlay = FinishedPlay & {
  readonly period: string;
  /** Number of its track in the fold, cached to avoid a second lookup. */
  track?: number | undefined;
};

/** Inputs of the fold of plays into usage. */
export type UsageRules = VerdictRules & {
  /** Plays of other periods affect verdicts and are not counted. */
  readonly periodId: string;
  /** Called once for each track. */
  readonly timelineOf: (trackId: string) => ShareTimeline;
  /** Called for the artist-centric model only. */
  readonly recordingOf: (trackId: string) => Recording;
  readonly sha256: Sha256;
};
