import { microsPerMinor } from '../../shared/currency.js';

/** What a contract says about paying out. */
export type PayoutTerms = {
  /** Micro-units. Nothing is paid while the balance is below. */
  readonly minPayout: bigint;
  /** Decimals of the currency's minor unit, 0 to 6 (ISO 4217): nobody can be paid half a cent. */
  readonly minorDigits: number;
};

/** One period of a royalty account, micro-units. */
export type AccountPeriod = {
  readonly earned: bigint;
  readonly paid: bigint;
  /** Carried to the next period: fractions below the minor unit, what waits for the minimum, unrecouped advances. */
  readonly closing: bigint;
};

/**
 * R12: one signed balance for each contract. An advance is an opening debit; a negative balance carries; what is paid
 * is the balance floored to the minor unit.
 */
export const closeAccountPeriod = (terms: PayoutTerms, opening: bigint, earned: bigint): AccountPeriod => {
  const balance = opening + earned;
  const minor = microsPerMinor(terms.minorDigits);
  const paid = balance > 0n && balance >= terms.minPayout ? balance - (balance % minor) : 0n;
  return { earned, paid, closing: balance - paid };
};
