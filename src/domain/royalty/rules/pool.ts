import { ppmOf, type Rational, timesFloor } from '../../shared/exact/integers.js';

/** Revenue of a period: the pool that is shared out, and the rest that the platform keeps. */
export type Revenue = { readonly pool: bigint; readonly platform: bigint };

/** R7: pool = ⌊revenue × ppm / 10⁶⌋; the platform keeps the rest, fraction included. Micro-units. */
export const distributable = (revenue: bigint, ppm: number): Revenue => {
  const pool = ppmOf(revenue, ppm);
  return { pool, platform: revenue - pool };
};

/** A pool in another currency. `residue`: the fraction of a micro-unit that stays in `fx:residue`. */
export type Conversion = { readonly converted: bigint; readonly residue: Rational };

/** R7: converts a currency once for each pool, never line by line: ⌊pool × rate⌋. */
export const convertPool = (pool: bigint, rate: Rational): Conversion => {
  const converted = timesFloor(pool, rate);
  const { numerator, denominator } = rate;
  return { converted, residue: { numerator: pool * numerator - converted * denominator, denominator } };
};
