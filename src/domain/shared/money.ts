import { MICRO_DIGITS } from './currency.js';

/**
 * Money as facts and documents carry it: micro-units (10⁻⁶ of the major unit) as a decimal string, since JSON has no
 * BigInt. Canonical, so that equal money is equal text.
 */
export type Micros = string;

/** At most 30 digits, with a minus for a debt. */
export const isMicros = (text: string): boolean => /^(?:0|-?[1-9]\d{0,29})$/.test(text);

/** Money that cannot be negative. */
export const isAmount = (text: string): boolean => isMicros(text) && !text.startsWith('-');

/** Below 10^15 of the major unit. */
const REPORTED_DIGITS_MAX = 21;

/** What a person may report in one go: so bounded that what is added up or converted of it stays within `Micros`. */
export const isReportable = (text: string): boolean => isAmount(text) && text.length <= REPORTED_DIGITS_MAX;

/** @throws {SyntaxError} when either is not of `Micros` */
export const addMicros = (a: Micros, b: Micros): Micros => String(BigInt(a) + BigInt(b));

/** Micro-units as a decimal of the major unit, always with all six places: nothing is rounded, and the unit shows. */
export const decimalOf = (micros: Micros | bigint): string => {
  const text = String(micros);
  const sign = text.startsWith('-') ? '-' : '';
  const digits = text.slice(sign.length).padStart(MICRO_DIGITS + 1, '0');
  return `${sign}${digits.slice(0, -MICRO_DIGITS)}.${digits.slice(-MICRO_DIGITS)}`;
};
