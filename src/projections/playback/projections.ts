import type { AnyProjection } from '../projection.js';
import { listeningHistory } from './listening-history.js';
import { nowPlaying } from './now-playing.js';
import { playCounts } from './play-counts.js';

/** The read models of this context. */
export const playbackProjections: readonly AnyProjection[] = [nowPlaying, listeningHistory, playCounts];
