import { type Rejection, reject } from '../decider.js';
import { MEDIA_MS_MAX, type Segment } from '../shared/listening/segments.js';

/** Most stretches that one play is made of: each seek or resume that jumps begins one. */
export const SEGMENTS_MAX = 1_000;

/** What is wrong with stretches that a device tells whole. */
export const badSegments = (
  segments: readonly Segment[],
): Rejection<'TooManyReports' | 'BadSegments'> | undefined => {
  if (segments.length > SEGMENTS_MAX)
    return reject('TooManyReports', `A play has at most ${SEGMENTS_MAX} stretches.`);
  return segments.every(isPossible)
    ? undefined
    : reject('BadSegments', `A stretch runs forward, between 0 and ${MEDIA_MS_MAX} ms, and takes no longer.`);
};

const isPossible = ({ fromMs, toMs, wallMs }: Segment): boolean =>
  0 <= fromMs && fromMs <= toMs && toMs <= MEDIA_MS_MAX && 0 <= wallMs && wallMs <= MEDIA_MS_MAX;
