import { compareBytes } from '../exact/byte-order.js';
import { heardIn, type Segment } from './segments.js';

/** What a device says was heard of a play, under a number that it gave itself. */
export type NumberedReport = {
  readonly deviceId: string;
  /** With play and device the key of the report (R15). */
  readonly deviceSeq: number;
  readonly segments: readonly Segment[];
  /** SHA-256, hexadecimal, of everything that was said under the key: two reports are the same when this is. */
  readonly contentHash: string;
};

/**
 * R15 for one play: the report of each key that counts, in order of key. Where different things were said under one key
 * the shorter one does, as far as it lies within the track; ties by the hash. In which order reports came, and how often,
 * does not show.
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

/** Whether different things were said under one key. */
export const isConflicting = (reports: readonly NumberedReport[]): boolean =>
  reports.some((one, i) => reports.slice(0, i).some((other) => contradicts(one, other)));

/** Whether the one says something else than the other under the same key. */
export const contradicts = (one: NumberedReport, other: NumberedReport): boolean =>
  isSameKey(one, other) && one.contentHash !== other.contentHash;

/** Whether the one is the other, sent again. */
export const isRepeat = (one: NumberedReport, other: NumberedReport): boolean =>
  isSameKey(one, other) && one.contentHash === other.contentHash;

const isSameKey = (one: NumberedReport, other: NumberedReport): boolean =>
  one.deviceId === other.deviceId && one.deviceSeq === other.deviceSeq;

/** No id holds a blank. */
const keyOf = ({ deviceId, deviceSeq }: NumberedReport): string => `${deviceId} ${deviceSeq}`;

const comesBefore = (one: NumberedReport, other: NumberedReport, durationMs: number | null): boolean => {
  const shorter = heardIn(one.segments, durationMs).playedMs - heardIn(other.segments, durationMs).playedMs;
  return (shorter || compareBytes(one.contentHash, other.contentHash)) < 0;
};

const byDeviceThenNumber = (a: NumberedReport, b: NumberedReport): number =>
  compareBytes(a.deviceId, b.deviceId) || a.deviceSeq - b.deviceSeq;
