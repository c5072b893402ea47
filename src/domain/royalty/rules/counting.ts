import { type Heard, listenedMs, type Measure } from '../../shared/listening/segments.js';

/** One whole play in parts per million. */
export const FULL_CREDIT_PPM = 1_000_000;

/** R2: a play counts as a whole play from a threshold on, or not at all. */
export type ThresholdPolicy = {
  readonly kind: 'threshold';
  readonly thresholdMs: number;
  readonly measure: Measure;
};

/** The rule of most services and of 37 CFR 385.2: 30 seconds, or the whole of a shorter track. */
export const DEFAULT_COUNTING: ThresholdPolicy = {
  kind: 'threshold',
  thresholdMs: 30_000,
  measure: 'unique',
};

/**
 * R2. Treats a track of unknown length (`durationMs` null) as at least as long as the threshold.
 *
 * @returns the play's credit in ppm: 1,000,000 or 0
 */
export const thresholdCreditPpm = (
  policy: ThresholdPolicy,
  heard: Heard,
  durationMs: number | null,
): number => {
  const listened = listenedMs(heard, policy.measure);
  const needed = durationMs === null ? policy.thresholdMs : Math.min(policy.thresholdMs, durationMs);
  return listened > 0 && listened >= needed ? FULL_CREDIT_PPM : 0;
};
