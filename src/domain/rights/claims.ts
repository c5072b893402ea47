import { type Command, type Decider, type Rejection, reject } from '../decider.js';
import { PPM } from '../shared/exact/integers.js';
import type { Claimed, DisputeResolved, Resolution, RightsEvent, SharesClaimed } from './rights-events.js';
import { type Declaration, type Dispute, disputesIn, sharesAt, sum } from './shares-at.js';

export type ClaimShares = Command<'ClaimShares', SharesClaimed['data']>;
export type ResolveDispute = Command<'ResolveDispute', DisputeResolved['data']>;

export type RightsCommand = ClaimShares | ResolveDispute;

export type RightsRejection = Rejection<'BadShare' | 'ReportedOtherwise' | 'TooManyClaims' | 'NotInDispute'>;

export type RightsState = readonly Declaration[];

/** Claims and resolutions of one track. */
export const DECLARATIONS_MAX = 500;
/** Parties that a resolution names. */
export const PARTIES_MAX = 100;

const decide = (command: RightsCommand, state: RightsState): readonly RightsEvent[] | RightsRejection => {
  const outcome = command.type === 'ClaimShares' ? claim(command, state) : resolve(command, state);
  return 'length' in outcome && outcome.length > 0 && state.length >= DECLARATIONS_MAX
    ? reject('TooManyClaims', `A track has ${DECLARATIONS_MAX} claims and resolutions at most.`)
    : outcome;
};

const claim = ({ data }: ClaimShares, state: RightsState): readonly RightsEvent[] | RightsRejection => {
  if (!isShare(data.sharePpm)) return BAD_SHARE;
  const before = state.find((said) => said.kind === 'claim' && said.claimId === data.claimId);
  if (before)
    return before.kind === 'claim' && isSameClaim(before, data)
      ? []
      : reject('ReportedOtherwise', `Claim ${data.claimId} was made before with other content.`);

  const claimed: SharesClaimed = { type: 'SharesClaimed', data };
  const known = disputesIn(state);
  const found = disputesIn(evolve(state, claimed)).filter((dispute) => !known.some(isPartOf(dispute)));
  return [
    claimed,
    ...found.map(({ right, territory, from, claimedPpm }): RightsEvent => ({
      type: 'OverclaimDetected',
      data: { right, territory, validFrom: from, claimedPpm, at: data.at },
    })),
  ];
};

const resolve = ({ data }: ResolveDispute, state: RightsState): readonly RightsEvent[] | RightsRejection => {
  const { right, territory, validFrom, shares } = data;
  const parties = new Set(shares.map(({ payee }) => payee));
  if (
    shares.length > PARTIES_MAX ||
    parties.size < shares.length ||
    !shares.every(({ sharePpm }) => isShare(sharePpm)) ||
    sum(shares.map(({ sharePpm }) => sharePpm)) > PPM
  )
    return BAD_SHARE;

  if (sum(sharesAt(state, right, territory, validFrom).values()) > PPM)
    return [{ type: 'DisputeResolved', data }];
  return state.some((said) => said.kind === 'resolution' && isSameResolution(said, data))
    ? []
    : reject('NotInDispute', 'No more than the whole of this right is claimed there and then.');
};

const BAD_SHARE = reject(
  'BadShare',
  `A share is 0 to ${PPM} ppm of the right, and so is the sum of those that a resolution gives to different parties.`,
);

const isShare = (ppm: number): boolean => Number.isSafeInteger(ppm) && ppm >= 0 && ppm <= PPM;

const isSameClaim = (a: Claimed, b: Claimed): boolean =>
  a.right === b.right &&
  a.territory === b.territory &&
  a.validFrom === b.validFrom &&
  a.claimant === b.claimant &&
  a.sharePpm === b.sharePpm;

const isSameResolution = (a: Resolution, b: Resolution): boolean =>
  a.right === b.right &&
  a.territory === b.territory &&
  a.validFrom === b.validFrom &&
  a.shares.length === b.shares.length &&
  a.shares.every(({ payee, sharePpm }, index) => {
    const other = b.shares[index];
    return payee === other?.payee && sharePpm === other.sharePpm;
  });

/** A dispute that was known need not be told again because more claim the same. */
const isPartOf =
  (dispute: Dispute) =>
  (known: Dispute): boolean =>
    known.right === dispute.right &&
    known.territory === dispute.territory &&
    known.from <= dispute.from &&
    (known.until === null || dispute.from < known.until);

const evolve = (state: RightsState, { type, data }: RightsEvent): RightsState => {
  const { at: _at, ...said } = data;
  switch (type) {
    case 'SharesClaimed':
      return [...state, { kind: 'claim', ...said } as Declaration];
    case 'DisputeResolved':
      return [...state, { kind: 'resolution', ...said } as Declaration];
    case 'OverclaimDetected':
      return state;
  }
};

/** Who says that which part of a track is his (R11). Nobody is refused for claiming too much: it is held instead. */
export const claims: Decider<RightsCommand, RightsEvent, RightsState, RightsRejection> = {
  category: 'rights',
  initial: [],
  decide,
  evolve,
};
