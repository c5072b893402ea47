import { z } from 'zod';
import type { PlayCount } from '../../../projections/playback/play-counts.js';
import { id, sumMs } from '../routes/shapes.js';

export const playCounts = z
  .strictObject({
    trackId: id,
    plays: z.int().describe('All plays that are over, however short.'),
    counted: z.int().describe('Those that count as a play (R2).'),
    playedMs: sumMs,
    uniqueMs: sumMs,
  })
  .meta({ id: 'PlayCounts' });

/** A track that nobody has played has played nothing. */
export const playCountsOf = (trackId: string, counts: PlayCount | undefined): PlayCount =>
  counts ?? { trackId, plays: 0, counted: 0, playedMs: '0', uniqueMs: '0' };
