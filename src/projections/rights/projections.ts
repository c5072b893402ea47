import type { AnyProjection } from '../projection.js';
import { rightsClaims } from './rights-claims.js';

/** The read models of this context. */
export const rightsProjections: readonly AnyProjection[] = [rightsClaims];
