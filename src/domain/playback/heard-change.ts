import type { Heard } from '../shared/listening/segments.js';
import type { PlayReported, PlayStopped } from './events.js';

const NOTHING: Heard = { playedMs: 0, uniqueMs: 0, wallMs: 0 };

/** The totals of a play before and after an event. */
export const heardChange = (
  event: PlayStopped | PlayReported,
): { readonly before: Heard; readonly after: Heard } =>
  event.type === 'PlayStopped' ? { before: NOTHING, after: event.data } : event.data;
