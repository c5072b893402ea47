import { type Month, monthEnd, monthStart } from '../../shared/calendar.js';
import { PLAY_SPAN_MS_MAX } from '../../shared/listening/segments.js';

/**
 * Plays before the month that can affect it: streams that are still playing (R16), and listening on the same UTC day
 * (F2).
 */
const OVERLAP_MS = PLAY_SPAN_MS_MAX;

/** Plays with a start in [start, end) belong to the month. Those in [from, start) only affect its verdicts. */
export type Window = { readonly from: number; readonly start: number; readonly end: number };

export const windowOf = (month: Month): Window => {
  const start = monthStart(month);
  return { from: Math.max(0, start - OVERLAP_MS), start, end: monthEnd(month) };
};
