import { type Rejection, reject } from '../decider.js';
import { MEDIA_MS_MAX, type Segment } from '../shared/listening/segments.js';

/** Most segments of one play. Each seek begins one, and each resume at another position. */
export const SEGMENTS_MAX = 1_000;

/** Checks the segments of a report that lists them all. Undefined when they are valid. */
export const badSegments = (
  segments: readonly Segment[],
): Rejection<'TooManyReports' | 'BadSegments'> | undefined => {
  if (segments.length > SEGMENTS_MAX)
    return reject('TooManyReports', `A play has at most ${SEGMENTS_MAX} segments.`);
  return segments.every(isPossible)
    ? undefined
    : reject(
        'BadSegments',
        `A segment must run forward between 0 and ${MEDIA_MS_MAX} ms, and its wallMs must be in that range.`,
      );
};

const isPossible = ({ fromMs, toMs, wallMs }: Segment): boolean =>
  0 <= fromMs && fromMs <= toMs && toMs <= MEDIA_MS_MAX && 0 <= wallMs && wallMs <= MEDIA_MS_MAX;
