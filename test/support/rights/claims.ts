import type { SharesClaimed } from '../../../src/domain/rights/rights-events.js';
import type { Placed } from '../specs/projection-spec.js';

/** A claim. Defaults to the whole recording right, worldwide, valid from the epoch. */
export const claim = (
  trackId: string,
  claimant: string,
  over: Partial<SharesClaimed['data']> = {},
): Placed => ({
  stream: `rights-${trackId}`,
  type: 'SharesClaimed',
  data: {
    claimId: 'c',
    right: 'recording',
    territory: '*',
    claimant,
    sharePpm: 1_000_000,
    validFrom: 0,
    at: 0,
    ...over,
  },
});
