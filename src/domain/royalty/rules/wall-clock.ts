import { compareBytes } from '../../shared/exact/byte-order.js';

/** F2's limits of listening in one UTC day, milliseconds. */
export type WallClockPolicy = {
  /** A device cannot play longer than the day. */
  readonly perDeviceMs: number;
  /** Beyond this an account is looked at. */
  readonly perAccountMs: number;
};

export type DayPlay = { readonly playbackId: string; readonly startedAt: number; readonly countedMs: number };

/**
 * F2 over the plays of one device (or account) that began on one UTC day, in any order: the plays that no longer fit,
 * the later ones first. A play that does not fit leaves room for a shorter one behind it.
 */
export const beyondTheDay = (limitMs: number, plays: readonly DayPlay[]): ReadonlySet<string> => {
  const beyond = new Set<string>();
  let usedMs = 0;
  const inOrder = plays.toSorted(
    (a, b) => a.startedAt - b.startedAt || compareBytes(a.playbackId, b.playbackId),
  );
  for (const play of inOrder) {
    if (usedMs + play.countedMs > limitMs) beyond.add(play.playbackId);
    else usedMs += play.countedMs;
  }
  return beyond;
};
