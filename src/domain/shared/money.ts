import { MICRO_DIGITS } from './currency.js';

/**
 * An amount of money in events and documents: micro-units (10⁻⁶ of the major unit) as a decimal string, since JSON has no
 * BigInt. Canonical: equal amounts are equal texts.
 */
export type Micros = string;

/** At most 30 digits, with a minus sign if negative. */
export const isMicros = (text: string): boolean => /^(?:0|-?[1-9]\d{0,29})$/.test(text);

/** As `isMicros`, not negative. */
export const isAmount = (text: string): boolean => isMicros(text) && !text.startsWith('-');

/** Below 10^15 of the major unit. */
const REPORTED_DIGITS_MAX = 21;

/** An amount that one request may report: small enough for sums and conversions to stay within `Micros`. */
export const isReportable = (text: string): boolean => isAmount(text) && text.length <= REPORTED_DIGITS_MAX;

/** @throws {SyntaxError} when either is not of `Micros` */
export const addMicros = (a: Micros, b: Micros): Micros => String(BigInt(a) + BigInt(b));

/** Formats micro-units as a decimal of the major unit with all six places, so that nothing is rounded. */
export const decimalOf = (micros: Micros | bigint): string => {
  const text = String(micros);
  const sign = text.startsWith('-') ? '-' : '';
  const digits = text.slice(sign.length).padStart(MICRO_DIGITS + 1, '0');
  return `${sign}${digits.slice(0, -MICRO_DIGITS)}.${digits.slice(-MICRO_DIGITS)}`;
};
