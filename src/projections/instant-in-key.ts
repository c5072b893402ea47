/** Instants in a key have as many digits, so that the order of text is the order of time. */
export const INSTANT_DIGITS = 16;

/** @param instant UTC, epoch milliseconds, 0 or later */
export const instantInKey = (instant: number): string => String(instant).padStart(INSTANT_DIGITS, '0');
