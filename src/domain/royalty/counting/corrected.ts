import { heardIn, type Segment } from '../../shared/listening/segments.js';
import { allHeard } from './merged-reports.js';
import type { FinishedPlay } from './finished-play.js';

/**
 * Applies a corrected length of the track to a play (edge case 49): R1 again over the reported segments. The play is
 * returned unchanged when `durationMs` is undefined or equals its length.
 */
export const asCorrected = <Play extends FinishedPlay>(
  play: Play,
  durationMs: number | undefined,
  segmentsOf: (play: Play) => readonly Segment[],
): Play =>
  durationMs === undefined || durationMs === play.durationMs
    ? play
    : {
        ...play,
        ...heardIn(allHeard(play, segmentsOf), durationMs),
        durationMs,
        reportedMs: play.durationMs,
      };
