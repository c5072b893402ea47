/** Parameters of R14, milliseconds. */
export type TimePolicy = { readonly skewToleranceMs: number; readonly maxLateMs: number };

/** Times of a play by its device, corrected where its clock was wrong: UTC, epoch milliseconds. */
export type PlayTimes = {
  readonly startedAt: number;
  readonly endedAt: number;
  /** Wall time by the monotonic clock of the device. */
  readonly wallMs: number;
  /** When the service had received all of the play. Null for imported history, which is late by nature. */
  readonly receivedAt: number | null;
};

export const TIME_FAULTS = ['NEGATIVE_DURATION', 'FUTURE', 'TOO_OLD', 'LONGER_THAN_WALL'] as const;
export type TimeFault = (typeof TIME_FAULTS)[number];

/** R14: the first reason, in the order of the rule, why the times of a play cannot be true; undefined if they can. */
export const timeFault = (
  { skewToleranceMs, maxLateMs }: TimePolicy,
  { startedAt, endedAt, wallMs, receivedAt }: PlayTimes,
): TimeFault | undefined => {
  if (endedAt < startedAt) return 'NEGATIVE_DURATION';
  if (receivedAt !== null && endedAt > receivedAt + skewToleranceMs) return 'FUTURE';
  if (receivedAt !== null && startedAt < receivedAt - maxLateMs) return 'TOO_OLD';
  // A clock that was changed while offline does not fit the monotonic time.
  return wallMs > endedAt - startedAt + skewToleranceMs ? 'LONGER_THAN_WALL' : undefined;
};

/** A download lease: server time, [issuedAt, expiresAt). */
export type Lease = { readonly issuedAt: number; readonly expiresAt: number };

/** R14 for an offline play, which needs a lease. */
export const offlineTimeFault = (
  policy: TimePolicy,
  play: PlayTimes,
  lease: Lease | undefined,
): TimeFault | 'OUTSIDE_LEASE' | undefined => {
  const fault = timeFault(policy, play);
  if (fault && fault !== 'LONGER_THAN_WALL') return fault;
  // The start decides: a play that began under the lease may end after it.
  const isUnder = lease && play.startedAt >= lease.issuedAt && play.startedAt < lease.expiresAt;
  return isUnder ? fault : 'OUTSIDE_LEASE';
};
