import { compareBytes } from '../../shared/exact/byte-order.js';
import { allocate } from '../rules/allocate.js';
import { splitByShares } from '../rules/shares.js';
import type { TrackUsage } from '../sharing/usage.js';

/** An amount in an account of the ledger, micro-units. */
export type Booking = { readonly account: string; readonly amount: bigint };

/** Earnings of one track in a period by account, micro-units. The splits add up to the amount. */
export type StatementLine = {
  readonly trackId: string;
  /** Counted and held plays. */
  readonly plays: number;
  readonly creditPpm: number;
  readonly amount: bigint;
  /** In order of account, by bytes; none is 0. */
  readonly splits: readonly Booking[];
  /** The penalty included in the amount; absent when there is none. */
  readonly penalty?: Penalty;
  /** Plays rejected by R17 only; absent when 0. */
  readonly belowEligibility?: number;
};

/** What R18 charges the payees of a track; in a restatement, the differences. */
export type Penalty = {
  /** Number of plays found artificial. */
  readonly artificial: number;
  /** By payee, in order of account; below 0 and included in the splits. */
  readonly charges: readonly Booking[];
};

/** Names of the ledger's accounts. */
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
 * One line: held money to the accounts of its cases, the rest to parties by their shares at the time of the plays (R11,
 * edge case 39).
 *
 * @param earned micro-units before the penalty
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

/** Sums as bookings, in order of account, by bytes; zeros are left out. */
export const bookingsOf = (sums: ReadonlyMap<string, bigint>): readonly Booking[] =>
  Array.from(sums, ([account, amount]) => ({ account, amount }))
    .filter(({ amount }) => amount !== 0n)
    .sort((a, b) => compareBytes(a.account, b.account));

/** Allocates a track's money by credit to cases and to entries of its timeline (R6). Cases come first on ties. */
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
    // A track without credit should have no money. If it has, keep it: I1.
    free: free.map((_, entry) => (parts.get(freeId(entry)) ?? 0n) + (entry === 0 ? unallocated : 0n)),
    held: new Map(Array.from(held.keys(), (caseId) => [caseId, parts.get(`case:${caseId}`) ?? 0n])),
  };
};

/** Padded, so that text order is time order. */
const freeId = (entry: number): string => `free:${String(entry).padStart(6, '0')}`;
