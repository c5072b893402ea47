import { Fraction } from 'fraction.js';

// The oracle is a second, independent implementation that answers vectors. It shares no code with src/: exact fractions
// instead of integer division, plain loops instead of optimised ones, Buffers instead of our byte order. It is slow on
// purpose.

export type Sums = Record<string, bigint>;

/** A table that accepts any name, including `__proto__`. */
export const table = <T>(): Record<string, T> => Object.create(null) as Record<string, T>;

export const fractionOf = (value: bigint | number | string): Fraction =>
  typeof value === 'string' ? new Fraction(value) : new Fraction(BigInt(value), 1n);

/** ⌊fraction⌋ as a bigint, toward minus infinity. */
export const floorOf = (value: Fraction): bigint => {
  const whole = value.floor();
  return whole.s * whole.n;
};

export const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** R6, implemented directly from its wording. */
export const allocateExactly = (total: bigint, weights: Sums): { parts: Sums; unallocated: bigint } => {
  const ids = Object.keys(weights);
  const parts: Sums = table();
  let sum = 0n;
  for (const id of ids) sum += weights[id] ?? 0n;
  for (const id of ids) parts[id] = 0n;
  if (sum === 0n) return { parts, unallocated: total };

  const sign = total < 0n ? -1n : 1n;
  const shares = ids.map((id) => {
    const share = fractionOf(sign * total).mul(new Fraction(weights[id] ?? 0n, sum));
    const whole = floorOf(share);
    return { id, whole, rest: share.sub(fractionOf(whole)) };
  });
  let left = sign * total - shares.reduce((given, { whole }) => given + whole, 0n);
  shares.sort((a, b) => b.rest.compare(a.rest) || byBytes(a.id, b.id));
  for (const share of shares) {
    parts[share.id] = sign * (share.whole + (left > 0n ? 1n : 0n));
    if (left > 0n) left -= 1n;
  }
  return { parts, unallocated: 0n };
};

export const add = (sums: Sums, id: string, amount: bigint): void => {
  sums[id] = (sums[id] ?? 0n) + amount;
};
