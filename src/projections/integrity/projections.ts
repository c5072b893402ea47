import type { AnyProjection } from '../projection.js';
import { cases } from './cases.js';

/** The read models of this context. */
export const integrityProjections: readonly AnyProjection[] = [cases];
