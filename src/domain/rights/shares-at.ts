import { PPM } from '../shared/exact/integers.js';
import type { Right } from '../shared/right.js';
import type { Claimed, Resolution } from './rights-events.js';

/** A claim or a resolution, as declared. Lists of them are in the order of declaration. */
export type Declaration =
  | ({ readonly kind: 'claim' } & Claimed)
  | ({ readonly kind: 'resolution' } & Resolution);

/** Every territory without a declaration of its own. */
export const EVERYWHERE = '*';

/**
 * The shares of a right in a territory at an instant: ppm by party, without parties whose share is 0.
 *
 * Each claimant's latest claim that has begun applies; a claim for the territory precedes one for the world. A resolution
 * replaces everything that began before it. Of declarations that begin at the same instant the later one applies.
 */
export const sharesAt = (
  declarations: readonly Declaration[],
  right: Right,
  territory: string,
  at: number,
): ReadonlyMap<string, number> => {
  const ofWorld = new Map<string, number>();
  const ofTerritory = new Map<string, number>();
  const begun = declarations
    .filter(
      (declaration) =>
        declaration.right === right && declaration.validFrom <= at && concerns(declaration, territory),
    )
    .toSorted((a, b) => a.validFrom - b.validFrom);

  for (const declaration of begun) {
    const shares = declaration.territory === territory ? ofTerritory : ofWorld;
    if (declaration.kind === 'claim') {
      shares.set(declaration.claimant, declaration.sharePpm);
      continue;
    }
    shares.clear();
    if (declaration.territory === territory) ofWorld.clear();
    for (const { payee, sharePpm } of declaration.shares) shares.set(payee, sharePpm);
  }
  const held = new Map([...ofWorld, ...ofTerritory]);
  for (const [party, sharePpm] of held) if (sharePpm === 0) held.delete(party);
  return held;
};

/** A time range in which the claims to a right add up to more than 100% (R11). */
export type Dispute = {
  readonly right: Right;
  /** `*`: every territory without a declaration of its own. */
  readonly territory: string;
  /** UTC, epoch milliseconds. */
  readonly from: number;
  /** Null: no end. */
  readonly until: number | null;
  /** The sum of the claims at the first instant, above 1,000,000. */
  readonly claimedPpm: number;
  readonly claimants: readonly string[];
};

/** All unresolved disputes, ordered by right, territory and time. */
export const disputesIn = (declarations: readonly Declaration[]): readonly Dispute[] => {
  const rights = [...new Set(declarations.map(({ right }) => right))].toSorted();
  return rights.flatMap((right) => {
    const ofRight = declarations.filter((declaration) => declaration.right === right);
    const territories = [...new Set([EVERYWHERE, ...ofRight.map(({ territory }) => territory)])].toSorted();
    return territories.flatMap((territory) => disputesOf(ofRight, right, territory));
  });
};

const disputesOf = (
  declarations: readonly Declaration[],
  right: Right,
  territory: string,
): readonly Dispute[] => {
  const relevant = declarations.filter((declaration) => concerns(declaration, territory));
  const instants = [...new Set(relevant.map(({ validFrom }) => validFrom))].toSorted((a, b) => a - b);
  const disputes: Dispute[] = [];
  let open: Dispute | undefined;
  for (const from of instants) {
    const shares = sharesAt(relevant, right, territory, from);
    const claimedPpm = totalPpm(shares.values());
    if (open && claimedPpm <= PPM) {
      disputes.push({ ...open, until: from });
      open = undefined;
    } else if (!open && claimedPpm > PPM)
      open = { right, territory, from, until: null, claimedPpm, claimants: [...shares.keys()].toSorted() };
  }
  return open ? [...disputes, open] : disputes;
};

const concerns = (declaration: Declaration, territory: string): boolean =>
  declaration.territory === territory || declaration.territory === EVERYWHERE;

export const totalPpm = (shares: Iterable<number>): number => {
  let total = 0;
  for (const share of shares) total += share;
  return total;
};
