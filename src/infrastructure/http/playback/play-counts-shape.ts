import { z } from 'zod';
import type { PlayCount } from '../../../projections/playback/play-counts.js';
import { id, sumMs } from '../routes/shapes.js';

export const trackPlayCounts = z
  .strictObject({
    trackId: id,
    plays: z.int().describe('Number of finished plays of any length.'),
    counted: z.int().describe('Number of plays that count (R2).'),
    playedMs: sumMs.describe('Total time heard, repeats included. Milliseconds, as text.'),
    uniqueMs: sumMs.describe('Total time heard without repeats within a play. Milliseconds, as text.'),
  })
  .meta({ id: 'PlayCounts' });

/** All zero for a track without plays. */
export const playCountsOf = (trackId: string, counts: PlayCount | undefined): PlayCount =>
  counts ?? { trackId, plays: 0, counted: 0, playedMs: '0', uniqueMs: '0' };
