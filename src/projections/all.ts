import type { AnyProjection } from './projection.js';
import { audioProjections } from './audio/projections.js';
import { catalogueProjections } from './catalogue/projections.js';
import { integrityProjections } from './integrity/projections.js';
import { playbackProjections } from './playback/projections.js';
import { rightsProjections } from './rights/projections.js';
import { royaltyProjections } from './royalty/projections.js';

/** Every read model there is. */
export const projections: readonly AnyProjection[] = [
  ...catalogueProjections,
  ...playbackProjections,
  ...audioProjections,
  ...rightsProjections,
  ...royaltyProjections,
  ...integrityProjections,
];
