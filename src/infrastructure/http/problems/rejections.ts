import { audioRejections } from '../audio/rejections.js';
import { catalogueRejections } from '../catalogue/rejections.js';
import { integrityRejections } from '../integrity/rejections.js';
import { playbackRejections } from '../playback/rejections.js';
import { rightsRejections } from '../rights/rejections.js';
import { royaltyRejections } from '../royalty/rejections.js';
import { commonRejections } from './common-rejections.js';
import { merged } from './merged.js';

/** The rejections of each context, in the order of docs/errors.md. */
export const REJECTIONS_BY_CONTEXT = {
  common: commonRejections,
  catalogue: catalogueRejections,
  playback: playbackRejections,
  audio: audioRejections,
  rights: rightsRejections,
  integrity: integrityRejections,
  royalty: royaltyRejections,
};

/**
 * The problem for each rejection of a command or a query. A response uses the detail of the rejection itself.
 *
 * @throws when two contexts use one code
 */
export const REJECTIONS = merged(...Object.values(REJECTIONS_BY_CONTEXT));
