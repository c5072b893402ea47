import { compareBytes } from '../../shared/exact/byte-order.js';
import { allocate } from '../rules/allocate.js';
import { splitByShares } from '../rules/shares.js';
import type { TrackUsage } from '../sharing/usage.js';

/** Money in an account of the ledger, micro-units. */
export type Booking = { readonly account: string; readonly amount: bigint };

/** What one track earned in a period, and whose it is. The splits add up to the amount. */
export type StatementLine = {
  readonly trackId: string;
  /** Counted and held. */
  readonly plays: number;
  readonly creditPpm: number;
  readonly amount: bigint;
  /** In order of account, by bytes; none is 0. */
  readonly splits: readonly Booking[];
  /** What of it is a penalty; absent where there is none. */
  readonly penalty?: Penalty;
  /** Plays that earned nothing since the track has too few (R17); absent where there are none. */
  readonly belowEligibility?: number;
};

/** What R18 takes from those who are paid for a track; of a restatement: the differences. */
export type Penalty = {
  /** Plays that persons found artificial. */
  readonly artificial: number;
  /** By payee, in order, below 0. They are within the splits. */
  readonly charges: readonly Booking[];
};

/** Accounts of the ledger. */
export const accounts = {
  payee: (party: string): string => `payee:${party}`,
  pool: (periodId: string): string => `pool:${periodId}`,
  platform: 'platform',
  suspense: (reason: string): string => `suspense:${reason}`,
  unmatched: (trackId: string): string => `unmatched:${trackId}`,
  disputed: (trackId: string): string => `disputed:${trackId}`,
  held: (caseId: string): string => `held:${caseId}`,
  fxResidue: 'fx:residue',
  bank: 'bank',
} as const;

/**
 * One line: what is held goes to its cases, the rest to those who had shares when it was played (R11, edge case 39).
 *
 * @param earned without the penalty, which is taken from it
 */
export const statementLine = (
  { trackId, plays, creditPpm, timeline, free, held, belowEligibility }: TrackUsage,
  earned: bigint,
  penalty?: Penalty,
): StatementLine => {
  const sums = new Map<string, bigint>();
  const book = (account: string, part: bigint): void => {
    if (part !== 0n) sums.set(account, (sums.get(account) ?? 0n) + part);
  };
  const parts = partsOf(earned, free, held);
  for (const [caseId, part] of parts.held) book(accounts.held(caseId), part);
  for (const [entry, part] of parts.free.entries()) {
    const split = splitByShares(part, timeline[entry]?.shares ?? new Map());
    for (const [party, share] of split.payable) book(accounts.payee(party), share);
    book(accounts.disputed(trackId), split.disputed);
    book(accounts.unmatched(trackId), split.unmatched);
  }
  let amount = earned;
  for (const { account, amount: part } of penalty?.charges ?? []) {
    book(account, part);
    amount += part;
  }
  return {
    trackId,
    plays,
    creditPpm,
    amount,
    splits: bookingsOf(sums),
    ...(penalty && { penalty }),
    ...(belowEligibility > 0 && { belowEligibility }),
  };
};

/** In order of account, by bytes, without those that are 0. */
export const bookingsOf = (sums: ReadonlyMap<string, bigint>): readonly Booking[] =>
  Array.from(sums, ([account, amount]) => ({ account, amount }))
    .filter(({ amount }) => amount !== 0n)
    .sort((a, b) => compareBytes(a.account, b.account));

/** A track's money by its credits: those that cases hold, and those of each entry of its timeline. On ties cases first. */
const partsOf = (
  amount: bigint,
  free: readonly number[],
  held: ReadonlyMap<string, number>,
): { readonly free: readonly bigint[]; readonly held: ReadonlyMap<string, bigint> } => {
  if (held.size === 0 && free.length === 1) return { free: [amount], held: new Map() };
  const weights = new Map<string, bigint>();
  for (const [caseId, credit] of held) weights.set(`case:${caseId}`, BigInt(credit));
  for (const [entry, credit] of free.entries()) weights.set(freeId(entry), BigInt(credit));
  const { parts, unallocated } = allocate(amount, weights);
  return {
    // A track without credit has no money either, unless something is wrong: then it must not vanish.
    free: free.map((_, entry) => (parts.get(freeId(entry)) ?? 0n) + (entry === 0 ? unallocated : 0n)),
    held: new Map(Array.from(held.keys(), (caseId) => [caseId, parts.get(`case:${caseId}`) ?? 0n])),
  };
};

/** Padded, so that the order of text is the order of time. */
const freeId = (entry: number): string => `free:${String(entry).padStart(6, '0')}`;
