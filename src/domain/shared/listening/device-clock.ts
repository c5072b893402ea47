/** R14: a device's clock is accepted if it is off by this or less. Milliseconds. */
export const CLOCK_TOLERANCE_MS = 120_000;

/** The last instant of the year 9999: a month has a four-digit year. UTC, epoch milliseconds. */
export const INSTANT_MAX = 253_402_300_799_999;

/** R14: how far a device's clock was off when it sent a report, in milliseconds; 0 within the tolerance. */
export const clockOffset = (toleranceMs: number, sentAt: number, receivedAt: number): number => {
  const offset = receivedAt - sentAt;
  return Math.abs(offset) > toleranceMs ? offset : 0;
};

/** Adds the offset to an instant of a device's clock and limits the result to 0 … INSTANT_MAX. UTC, epoch milliseconds. */
export const corrected = (at: number, offsetMs: number): number =>
  Math.min(INSTANT_MAX, Math.max(0, at + offsetMs));
