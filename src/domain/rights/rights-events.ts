import type { Event } from '../decider.js';
import type { Right } from '../shared/right.js';

/** The right, the territory (ISO 3166-1 alpha-2, or `*` for the world) and the start: UTC, epoch milliseconds. */
type Held = { readonly right: Right; readonly territory: string; readonly validFrom: number };

export type Claimed = Held & {
  readonly claimId: string;
  readonly claimant: string;
  /** Parts per million of the right; 0 withdraws the claim. */
  readonly sharePpm: number;
};

/** The agreed shares, in place of all earlier claims. The part that is missing to 100% is unmatched. */
export type Resolution = Held & {
  readonly shares: readonly { readonly payee: string; readonly sharePpm: number }[];
};

export type SharesClaimed = Event<'SharesClaimed', Claimed & { readonly at: number }>;

/** Recorded with the claim that takes the total above 100%. */
export type OverclaimDetected = Event<
  'OverclaimDetected',
  Held & { readonly claimedPpm: number; readonly at: number }
>;

export type DisputeResolved = Event<'DisputeResolved', Resolution & { readonly at: number }>;

export type RightsEvent = SharesClaimed | OverclaimDetected | DisputeResolved;
