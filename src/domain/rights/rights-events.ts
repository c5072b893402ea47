import type { Event } from '../decider.js';
import type { Right } from '../shared/right.js';

/** Which right, where (`*`: the world, or an ISO 3166-1 code), and from when on: UTC, epoch milliseconds. */
type Held = { readonly right: Right; readonly territory: string; readonly validFrom: number };

export type Claimed = Held & {
  readonly claimId: string;
  readonly claimant: string;
  /** 0 withdraws. */
  readonly sharePpm: number;
};

/** The shares that are not disputed any more, whatever was claimed before. What is missing to the whole is unmatched. */
export type Resolution = Held & {
  readonly shares: readonly { readonly payee: string; readonly sharePpm: number }[];
};

export type SharesClaimed = Event<'SharesClaimed', Claimed & { readonly at: number }>;

/** Written beside the claim by which more than the whole is claimed. */
export type OverclaimDetected = Event<
  'OverclaimDetected',
  Held & { readonly claimedPpm: number; readonly at: number }
>;

export type DisputeResolved = Event<'DisputeResolved', Resolution & { readonly at: number }>;

export type RightsEvent = SharesClaimed | OverclaimDetected | DisputeResolved;
