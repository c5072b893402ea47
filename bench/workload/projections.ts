import type { AnyProjection } from '../../src/projections/projection.js';
import { listeningHistory } from '../../src/projections/listening-history.js';
import { nowPlaying } from '../../src/projections/now-playing.js';
import { playCounts } from '../../src/projections/play-counts.js';
import { royaltyUsage } from '../../src/projections/royalty-usage.js';

/** What plays are projected into: two models by play, one by track, one by month, track, territory, offering, listener. */
export const PROJECTIONS: readonly AnyProjection[] = [nowPlaying, listeningHistory, playCounts, royaltyUsage];
