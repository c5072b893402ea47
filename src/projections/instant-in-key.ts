/** Digits of an instant in a key: padded, so that text order is time order. */
export const INSTANT_DIGITS = 16;

/** @param instant UTC, epoch milliseconds, 0 or later */
export const instantInKey = (instant: number): string => String(instant).padStart(INSTANT_DIGITS, '0');
