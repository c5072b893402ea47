import { ppmOf, type Rational, timesFloor } from '../../shared/exact/integers.js';

/** Money of a period cut in two: what is shared out, and what stays with the platform. Both add up to the revenue. */
export type Revenue = { readonly pool: bigint; readonly platform: bigint };

/** R7: pool = ⌊revenue × ppm / 10⁶⌋; the rest, fraction included, is the platform's. Micro-units. */
export const distributable = (revenue: bigint, ppm: number): Revenue => {
  const pool = ppmOf(revenue, ppm);
  return { pool, platform: revenue - pool };
};

/** A pool in another currency. `residue` is the fraction of a micro-unit that stays in `fx:residue`. */
export type Conversion = { readonly converted: bigint; readonly residue: Rational };

/** R7: a currency is converted once for each pool, never by line: ⌊pool × rate⌋. */
export const convertPool = (pool: bigint, rate: Rational): Conversion => {
  const converted = timesFloor(pool, rate);
  const { numerator, denominator } = rate;
  return { converted, residue: { numerator: pool * numerator - converted * denominator, denominator } };
};
