import { allocate } from './allocate.js';
import type { SharedOut } from './shared-out.js';

/** R7: the pool by everybody's credits together. `credits` in ppm of a play, summed by track. */
export const proRata = (pool: bigint, credits: ReadonlyMap<string, bigint>): SharedOut => {
  const { parts, unallocated } = allocate(pool, credits);
  return { tracks: parts, suspense: unallocated };
};
