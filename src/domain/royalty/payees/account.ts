import { microsPerMinor } from '../../shared/currency.js';

/** Payout terms of a contract. */
export type PayoutTerms = {
  /** Micro-units. Nothing is paid while the balance is below it. */
  readonly minPayout: bigint;
  /** Decimals of the currency's minor unit, 0 to 6 (ISO 4217). Payouts are multiples of the minor unit. */
  readonly minorDigits: number;
};

/** One period of a royalty account, micro-units. */
export type AccountPeriod = {
  readonly earned: bigint;
  readonly paid: bigint;
  /**
   * Balance carried to the next period: fractions of the minor unit, amounts below the minimum, unrecouped advances.
   */
  readonly closing: bigint;
};

/**
 * R12: one signed balance for each contract, micro-units. An advance is an opening debit, a negative balance is carried
 * forward, and a payout is the balance floored to the minor unit.
 */
export const closeAccountPeriod = (terms: PayoutTerms, opening: bigint, earned: bigint): AccountPeriod => {
  const balance = opening + earned;
  const minor = microsPerMinor(terms.minorDigits);
  const paid = balance > 0n && balance >= terms.minPayout ? balance - (balance % minor) : 0n;
  return { earned, paid, closing: balance - paid };
};
