import { compareBytes } from '../../shared/exact/byte-order.js';

/** Limits of F2 for listening in one UTC day, milliseconds. */
export type WallClockPolicy = {
  /** A device cannot play for longer than the day. */
  readonly perDeviceMs: number;
  /** An account with more gets a case. */
  readonly perAccountMs: number;
};

export type DayPlay = { readonly playbackId: string; readonly startedAt: number; readonly countedMs: number };

/**
 * F2: the plays that do not fit into the limit, among those of one device (or account) that started on one UTC day, in
 * any order. Earlier plays take precedence; a play that does not fit leaves room for a shorter one after it.
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
