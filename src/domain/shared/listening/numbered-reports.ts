import { compareBytes } from '../exact/byte-order.js';
import { heardIn, type Segment } from './segments.js';

/** Segments of a play that a device reported under a number of its own. */
export type NumberedReport = {
  readonly deviceId: string;
  /** Identifies the report together with play and device (R15). */
  readonly deviceSeq: number;
  readonly segments: readonly Segment[];
  /** SHA-256, hexadecimal, of the report's content: reports with equal hashes are equal. */
  readonly contentHash: string;
};

/**
 * The reports of one play that count, one for each key, ordered by key (R15). Of different reports under one key the one
 * with less played media within the track counts, ties by the hash. Order and number of arrivals make no difference.
 */
export const standingReports = <Report extends NumberedReport>(
  reports: readonly Report[],
  durationMs: number | null,
): readonly Report[] => {
  const byKey = new Map<string, Report>();
  for (const report of reports) {
    const other = byKey.get(keyOf(report));
    if (!other || comesBefore(report, other, durationMs)) byKey.set(keyOf(report), report);
  }
  return [...byKey.values()].sort(byDeviceThenNumber);
};

/** Whether the two have the same key and different content. */
export const contradicts = (one: NumberedReport, other: NumberedReport): boolean =>
  isSameKey(one, other) && one.contentHash !== other.contentHash;

/** Whether the two are the same report, sent twice. */
export const isRepeat = (one: NumberedReport, other: NumberedReport): boolean =>
  isSameKey(one, other) && one.contentHash === other.contentHash;

const isSameKey = (one: NumberedReport, other: NumberedReport): boolean =>
  one.deviceId === other.deviceId && one.deviceSeq === other.deviceSeq;

/** Unambiguous: an id has no blanks. */
const keyOf = ({ deviceId, deviceSeq }: NumberedReport): string => `${deviceId} ${deviceSeq}`;

const comesBefore = (one: NumberedReport, other: NumberedReport, durationMs: number | null): boolean => {
  const shorter = heardIn(one.segments, durationMs).playedMs - heardIn(other.segments, durationMs).playedMs;
  return (shorter || compareBytes(one.contentHash, other.contentHash)) < 0;
};

const byDeviceThenNumber = (a: NumberedReport, b: NumberedReport): number =>
  compareBytes(a.deviceId, b.deviceId) || a.deviceSeq - b.deviceSeq;
