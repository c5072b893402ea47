/** Parts per million of a whole: the unit of shares and credits. */
export const PPM = 1_000_000;
export const PPM_BIG = 1_000_000n;

/** Divides and rounds toward minus infinity; BigInt's own `/` rounds toward zero. `divisor` above 0. */
export const floorDiv = (dividend: bigint, divisor: bigint): bigint => {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
};

/** ⌊amount × ppm / 10⁶⌋. */
export const ppmOf = (amount: bigint, ppm: number | bigint): bigint =>
  floorDiv(amount * BigInt(ppm), PPM_BIG);

/**
 * ⌊a × b / divisor⌋ for safe integers from 0, exact even if the product is outside the safe range. The result must be a
 * safe integer.
 */
export const mulDiv = (a: number, b: number, divisor: number): number => {
  const product = a * b;
  if (product <= Number.MAX_SAFE_INTEGER) return (product - (product % divisor)) / divisor;
  return Number((BigInt(a) * BigInt(b)) / BigInt(divisor));
};

/** Whether a × b ≥ c × d, exactly, for safe integers from 0. */
export const productAtLeast = (a: number, b: number, c: number, d: number): boolean => {
  const left = a * b;
  const right = c * d;
  if (left <= Number.MAX_SAFE_INTEGER && right <= Number.MAX_SAFE_INTEGER) return left >= right;
  return BigInt(a) * BigInt(b) >= BigInt(c) * BigInt(d);
};

export const gcd = (a: bigint, b: bigint): bigint => {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y > 0n) [x, y] = [y, x % y];
  return x;
};

export const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
export const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** An exact fraction. `denominator` above 0; in lowest terms when made by `rational`. */
export type Rational = { readonly numerator: bigint; readonly denominator: bigint };

/** @throws {RangeError} when `denominator` is 0 */
export const rational = (numerator: bigint, denominator: bigint): Rational => {
  if (denominator === 0n) throw new RangeError('A fraction needs a denominator other than 0.');
  const sign = denominator < 0n ? -1n : 1n;
  const divisor = gcd(numerator, denominator) * sign;
  return { numerator: numerator / divisor, denominator: denominator / divisor };
};

/** ⌊amount × factor⌋. */
export const timesFloor = (amount: bigint, { numerator, denominator }: Rational): bigint =>
  floorDiv(amount * numerator, denominator);
