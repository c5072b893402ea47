import type { AnyProjection } from '../../src/projections/projection.js';
import { listeningHistory } from '../../src/projections/playback/listening-history.js';
import { nowPlaying } from '../../src/projections/playback/now-playing.js';
import { playCounts } from '../../src/projections/playback/play-counts.js';
import { royaltyUsage } from '../../src/projections/royalty/royalty-usage.js';

/** The measured projections: two keyed by play, one by track, one by month, track, territory, offering and listener. */
export const PROJECTIONS: readonly AnyProjection[] = [nowPlaying, listeningHistory, playCounts, royaltyUsage];
