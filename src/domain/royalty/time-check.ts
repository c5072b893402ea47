/** R14's parameters, milliseconds. */
export type TimePolicy = { readonly skewToleranceMs: number; readonly maxLateMs: number };

/** A play as its device timed it: UTC epoch milliseconds by the device's clock, `wallMs` by its monotonic one. */
export type ReportedTimes = {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly wallMs: number;
  readonly offline: boolean;
  /** The download lease it was played under; server time, [issuedAt, expiresAt). */
  readonly lease?: { readonly issuedAt: number; readonly expiresAt: number } | undefined;
};

export type TimeFault = 'NEGATIVE_DURATION' | 'FUTURE' | 'TOO_OLD' | 'OUTSIDE_LEASE' | 'LONGER_THAN_WALL';

export type CheckedTimes = {
  readonly startedAt: number;
  readonly endedAt: number;
  /** The first fault in R14's order; null when the times can be true. */
  readonly fault: TimeFault | null;
};

/** R14: how wrong the device's clock was at the upload; 0 while that is within the tolerance. */
export const clockOffset = ({ skewToleranceMs }: TimePolicy, sentAt: number, receivedAt: number): number => {
  const offset = receivedAt - sentAt;
  return Math.abs(offset) > skewToleranceMs ? offset : 0;
};

/** R14: a play's times corrected by the upload's offset, and the first reason not to believe them. */
export const checkTimes = (
  policy: TimePolicy,
  receivedAt: number,
  offsetMs: number,
  play: ReportedTimes,
): CheckedTimes => {
  const startedAt = play.startedAt + offsetMs;
  const endedAt = play.endedAt + offsetMs;
  return { startedAt, endedAt, fault: faultOf(policy, receivedAt, { ...play, startedAt, endedAt }) };
};

const faultOf = (
  { skewToleranceMs, maxLateMs }: TimePolicy,
  receivedAt: number,
  { startedAt, endedAt, wallMs, offline, lease }: ReportedTimes,
): TimeFault | null => {
  if (endedAt < startedAt) return 'NEGATIVE_DURATION';
  if (endedAt > receivedAt + skewToleranceMs) return 'FUTURE';
  if (startedAt < receivedAt - maxLateMs) return 'TOO_OLD';
  // The start decides: a play that began under the lease may end after it.
  if (offline && !(lease && startedAt >= lease.issuedAt && startedAt < lease.expiresAt))
    return 'OUTSIDE_LEASE';
  // A clock that was turned while offline does not fit the monotonic time.
  if (wallMs > endedAt - startedAt + skewToleranceMs) return 'LONGER_THAN_WALL';
  return null;
};
