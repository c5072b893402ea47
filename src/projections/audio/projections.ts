import type { AnyProjection } from '../projection.js';
import { deliveries } from './deliveries.js';

/** The read models of this context. */
export const audioProjections: readonly AnyProjection[] = [deliveries];
