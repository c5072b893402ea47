import type { AnyProjection } from '../projection.js';
import { artists } from './artists.js';
import { trackChanges } from './track-changes.js';
import { trackCorrections } from './track-corrections.js';
import { tracks } from './tracks.js';

/** The read models of this context. */
export const catalogueProjections: readonly AnyProjection[] = [
  artists,
  tracks,
  trackCorrections,
  trackChanges,
];
