import { compareBytes } from '../../shared/exact/byte-order.js';
import { allocate } from './allocate.js';
import { addTo, type SharedOut } from './shared-out.js';
import { splitByShares } from './shares.js';

/** Where the money of a pool ends: these four, together with what is held, add up to the pool (I1). */
export type PoolAccounts = {
  /** By party, over all tracks. */
  readonly payable: ReadonlyMap<string, bigint>;
  /** By track whose shares are over-claimed. */
  readonly disputed: ReadonlyMap<string, bigint>;
  /** By track with shares that nobody has claimed. */
  readonly unmatched: ReadonlyMap<string, bigint>;
  /** By integrity case. */
  readonly held: ReadonlyMap<string, bigint>;
  readonly suspense: bigint;
};

/** Credits of one track that an open case holds; `total` are all its credits, the held ones included. */
export type HeldCredits = { readonly total: bigint; readonly byCase: ReadonlyMap<string, bigint> };

/**
 * R11 over a shared-out pool. A track of which plays are held keeps its weight in the pool; the part of its money that
 * the held credits earned goes to their cases, the rest to its right holders (edge case 41).
 */
export const splitPool = (
  { tracks, suspense }: SharedOut,
  sharesOf: (trackId: string) => ReadonlyMap<string, bigint>,
  heldOf: (trackId: string) => HeldCredits | undefined = () => undefined,
): PoolAccounts => {
  const payable = new Map<string, bigint>();
  const disputed = new Map<string, bigint>();
  const unmatched = new Map<string, bigint>();
  const held = new Map<string, bigint>();
  for (const [track, amount] of tracks) {
    const { free, byCase } = holdBack(amount, heldOf(track));
    for (const [caseId, part] of byCase) addTo(held, caseId, part);
    const split = splitByShares(free, sharesOf(track));
    for (const [party, part] of split.payable) addTo(payable, party, part);
    if (split.disputed !== 0n) addTo(disputed, track, split.disputed);
    if (split.unmatched !== 0n) addTo(unmatched, track, split.unmatched);
  }
  return { payable, disputed, unmatched, held, suspense };
};

/** The weight of what is not held; behind every case on ties. */
const FREE = '~free';

const holdBack = (
  amount: bigint,
  held: HeldCredits | undefined,
): { readonly free: bigint; readonly byCase: ReadonlyMap<string, bigint> } => {
  if (!held || held.byCase.size === 0) return { free: amount, byCase: new Map() };
  let heldCredits = 0n;
  for (const credit of held.byCase.values()) heldCredits += credit;
  const parts = new Map(allocate(amount, new Map([...held.byCase, [FREE, held.total - heldCredits]])).parts);
  const free = parts.get(FREE) ?? 0n;
  parts.delete(FREE);
  return { free, byCase: new Map([...parts].sort(([a], [b]) => compareBytes(a, b))) };
};
