import { type Month, monthEnd, monthStart } from '../../shared/calendar.js';
import { PLAY_SPAN_MS_MAX } from '../../shared/listening/segments.js';

/**
 * How long before the month plays are looked at for what reaches into it: a play that still goes on (R16), a day that
 * has begun on a device (F2).
 */
const OVERLAP_MS = PLAY_SPAN_MS_MAX;

/** Plays that began in [from, start) are looked at, but belong to other months; those in [start, end) are the month's. */
export type Window = { readonly from: number; readonly start: number; readonly end: number };

export const windowOf = (month: Month): Window => {
  const start = monthStart(month);
  return { from: Math.max(0, start - OVERLAP_MS), start, end: monthEnd(month) };
};
