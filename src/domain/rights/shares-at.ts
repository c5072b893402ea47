import { PPM } from '../shared/exact/integers.js';
import type { Right } from '../shared/right.js';
import type { Claimed, Resolution } from './rights-events.js';

/** Shares of a right as they were said, in the order in which they were. */
export type Declaration =
  | ({ readonly kind: 'claim' } & Claimed)
  | ({ readonly kind: 'resolution' } & Resolution);

/** Everywhere that nothing more exact is said of. */
export const WORLD = '*';

/**
 * Who has which part of a right in a territory at an instant, ppm by party; without those who have none.
 *
 * Of each claimant the latest claim that has begun holds, and one for the territory comes before one for the world. A
 * resolution takes the place of everything that began before it. Of what begins at the same instant, the later word.
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
    .filter((said) => said.right === right && said.validFrom <= at && concerns(said, territory))
    .toSorted((a, b) => a.validFrom - b.validFrom);

  for (const said of begun) {
    const shares = said.territory === territory ? ofTerritory : ofWorld;
    if (said.kind === 'claim') {
      shares.set(said.claimant, said.sharePpm);
      continue;
    }
    shares.clear();
    if (said.territory === territory) ofWorld.clear();
    for (const { payee, sharePpm } of said.shares) shares.set(payee, sharePpm);
  }
  const held = new Map([...ofWorld, ...ofTerritory]);
  for (const [party, sharePpm] of held) if (sharePpm === 0) held.delete(party);
  return held;
};

/** A time in which more than the whole of a right is claimed (R11). */
export type Dispute = {
  readonly right: Right;
  /** `*`: wherever nothing more exact is said. */
  readonly territory: string;
  /** UTC, epoch milliseconds. */
  readonly from: number;
  /** Null: without end. */
  readonly until: number | null;
  /** Of the first instant. */
  readonly claimedPpm: number;
  readonly claimants: readonly string[];
};

/** All disputes that the declarations leave, by right, territory and time. */
export const disputesIn = (declarations: readonly Declaration[]): readonly Dispute[] => {
  const rights = [...new Set(declarations.map(({ right }) => right))].toSorted();
  return rights.flatMap((right) => {
    const said = declarations.filter((one) => one.right === right);
    const territories = [...new Set([WORLD, ...said.map(({ territory }) => territory)])].toSorted();
    return territories.flatMap((territory) => disputesOf(said, right, territory));
  });
};

const disputesOf = (
  declarations: readonly Declaration[],
  right: Right,
  territory: string,
): readonly Dispute[] => {
  const said = declarations.filter((one) => concerns(one, territory));
  const instants = [...new Set(said.map(({ validFrom }) => validFrom))].toSorted((a, b) => a - b);
  const disputes: Dispute[] = [];
  let open: Dispute | undefined;
  for (const from of instants) {
    const shares = sharesAt(said, right, territory, from);
    const claimedPpm = sum(shares.values());
    if (open && claimedPpm <= PPM) {
      disputes.push({ ...open, until: from });
      open = undefined;
    } else if (!open && claimedPpm > PPM)
      open = { right, territory, from, until: null, claimedPpm, claimants: [...shares.keys()].toSorted() };
  }
  return open ? [...disputes, open] : disputes;
};

const concerns = (said: Declaration, territory: string): boolean =>
  said.territory === territory || said.territory === WORLD;

export const sum = (numbers: Iterable<number>): number => {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
};
