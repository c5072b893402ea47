import { PPM_BIG } from '../../shared/exact/integers.js';
import { allocate } from './allocate.js';

/** The party of unclaimed shares. It sorts after every letter and digit. */
export const UNMATCHED = '~unmatched';

/** Money of one right in one track by recipient. The three sums add up to the amount. */
export type Split = {
  /** By party; empty while the right is in dispute. */
  readonly payable: ReadonlyMap<string, bigint>;
  readonly disputed: bigint;
  readonly unmatched: bigint;
};

/**
 * R11. Pays shares of a right by R6. Shares below the whole leave the missing part unmatched; claims above the whole put
 * the whole amount in dispute, because any of them may be wrong.
 *
 * @throws {RangeError} for a negative share, and for a party named `~unmatched`
 */
export const splitByShares = (amount: bigint, sharesPpm: ReadonlyMap<string, bigint>): Split => {
  if (sharesPpm.has(UNMATCHED)) throw new RangeError(`No party is named ${UNMATCHED}.`);
  let claimed = 0n;
  for (const share of sharesPpm.values()) claimed += share;
  if (claimed > PPM_BIG) return { payable: new Map(), disputed: amount, unmatched: 0n };

  const weights = new Map(sharesPpm);
  if (claimed < PPM_BIG) weights.set(UNMATCHED, PPM_BIG - claimed);
  const payable = new Map(allocate(amount, weights).parts);
  const unmatched = payable.get(UNMATCHED) ?? 0n;
  payable.delete(UNMATCHED);
  return { payable, disputed: 0n, unmatched };
};

/** Divides one price among members as equally as integers allow (edge case 33). */
export const splitEqually = (amount: bigint, members: readonly string[]): ReadonlyMap<string, bigint> =>
  allocate(amount, new Map(members.map((member) => [member, 1n]))).parts;
