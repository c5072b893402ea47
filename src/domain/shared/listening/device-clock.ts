/** R14: a device's clock that is wrong by no more than this is believed. Milliseconds. */
export const CLOCK_TOLERANCE_MS = 120_000;

/** The last instant of the year 9999: months are written with four digits. */
export const INSTANT_MAX = 253_402_300_799_999;

/** R14: how wrong a device's clock was when it sent; 0 while that is within the tolerance. */
export const clockOffset = (toleranceMs: number, sentAt: number, receivedAt: number): number => {
  const offset = receivedAt - sentAt;
  return Math.abs(offset) > toleranceMs ? offset : 0;
};

/** An instant of the device's clock as it really was, as near as calendars go. UTC, epoch milliseconds. */
export const corrected = (at: number, offsetMs: number): number =>
  Math.min(INSTANT_MAX, Math.max(0, at + offsetMs));
