import { type Command, type Decider, type Rejection, reject } from '../decider.js';
import { PPM } from '../shared/exact/integers.js';
import type { Claimed, DisputeResolved, Resolution, RightsEvent, SharesClaimed } from './rights-events.js';
import { type Declaration, type Dispute, disputesIn, sharesAt, totalPpm } from './shares-at.js';

export type ClaimShares = Command<'ClaimShares', SharesClaimed['data']>;
export type ResolveDispute = Command<'ResolveDispute', DisputeResolved['data']>;

export type RightsCommand = ClaimShares | ResolveDispute;

export type RightsRejection = Rejection<'BadShare' | 'ReportedOtherwise' | 'TooManyClaims' | 'NotInDispute'>;

export type RightsState = readonly Declaration[];

/** Most claims and resolutions of one track. */
export const DECLARATIONS_MAX = 500;
/** Most parties of one resolution. */
export const PARTIES_MAX = 100;

const decide = (command: RightsCommand, state: RightsState): readonly RightsEvent[] | RightsRejection => {
  const outcome = command.type === 'ClaimShares' ? claim(command, state) : resolve(command, state);
  return 'length' in outcome && outcome.length > 0 && state.length >= DECLARATIONS_MAX
    ? reject('TooManyClaims', `A track has ${DECLARATIONS_MAX} claims and resolutions at most.`)
    : outcome;
};

const claim = ({ data }: ClaimShares, state: RightsState): readonly RightsEvent[] | RightsRejection => {
  if (!isShare(data.sharePpm)) return BAD_SHARE;
  const before = state.find(
    (declaration) => declaration.kind === 'claim' && declaration.claimId === data.claimId,
  );
  if (before)
    return before.kind === 'claim' && isSameClaim(before, data)
      ? []
      : reject('ReportedOtherwise', `Claim ${data.claimId} exists with other content. Use a new claim id.`);

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
    totalPpm(shares.map(({ sharePpm }) => sharePpm)) > PPM
  )
    return BAD_SHARE;

  if (totalPpm(sharesAt(state, right, territory, validFrom).values()) > PPM)
    return [{ type: 'DisputeResolved', data }];
  return state.some((declaration) => declaration.kind === 'resolution' && isSameResolution(declaration, data))
    ? []
    : reject(
        'NotInDispute',
        'The claims to this right add up to 100% or less in this territory at this time: there is nothing to resolve.',
      );
};

const BAD_SHARE = reject(
  'BadShare',
  `A share is 0 to ${PPM} ppm of the right. A resolution names each party once, and its shares add up to ${PPM} ppm at most.`,
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

/** Whether a dispute was detected before: another claim to the same share is no new dispute. */
const isPartOf =
  (dispute: Dispute) =>
  (known: Dispute): boolean =>
    known.right === dispute.right &&
    known.territory === dispute.territory &&
    known.from <= dispute.from &&
    (known.until === null || dispute.from < known.until);

const evolve = (state: RightsState, { type, data }: RightsEvent): RightsState => {
  const { at: _at, ...content } = data;
  switch (type) {
    case 'SharesClaimed':
      return [...state, { kind: 'claim', ...content } as Declaration];
    case 'DisputeResolved':
      return [...state, { kind: 'resolution', ...content } as Declaration];
    case 'OverclaimDetected':
      return state;
  }
};

/** Claims to shares of a track (R11). Overclaims are accepted; the money is held until they are resolved. */
export const claims: Decider<RightsCommand, RightsEvent, RightsState, RightsRejection> = {
  category: 'rights',
  initial: [],
  decide,
  evolve,
};
