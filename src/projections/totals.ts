import type { PlayReported, PlayStopped } from '../domain/playback/events.js';
import type { Heard } from '../domain/shared/listening/segments.js';

const NOTHING: Heard = { playedMs: 0, uniqueMs: 0, wallMs: 0 };

/** What an event changes in what is known to have been heard of its play. */
export const heardChange = (
  event: PlayStopped | PlayReported,
): { readonly before: Heard; readonly after: Heard } =>
  event.type === 'PlayStopped' ? { before: NOTHING, after: event.data } : event.data;

/**
 * A total of milliseconds as a decimal string, since sums of many listeners' time may pass 2^53.
 * Takes the fast path of numbers while that is exact.
 */
export const addMs = (total: string, ms: number): string => {
  const sum = Number(total) + ms;
  return Number.isSafeInteger(sum) ? String(sum) : String(BigInt(total) + BigInt(ms));
};
