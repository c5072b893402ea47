import { heardIn, type Segment } from '../../shared/listening/segments.js';
import { allHeard } from './merged-reports.js';
import type { FinishedPlay } from './finished-play.js';

/**
 * A play as it is judged once its track is known to last otherwise than it was reported (edge case 49): R1 anew, over what
 * was heard as reported. A play of unknown length gets one so.
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
