import { type NumberedReport, standingReports } from '../../shared/listening/numbered-reports.js';
import { heardIn, type Segment } from '../../shared/listening/segments.js';
import { type TimeFault, timeFault, type TimePolicy } from '../rules/time-check.js';
import type { DeviceSegments, FinishedPlay } from './finished-play.js';

/** A numbered report of a play (R15). Instants are corrected by the clock of the upload (R14). */
export type PlayReport = NumberedReport & {
  readonly endedAt: number;
  readonly receivedAt: number;
  readonly muted: boolean;
  /** The case that holds the play because the report contradicts another one; null without contradiction. */
  readonly caseId: string | null;
};

/**
 * R15 at a settlement: merges the numbered reports of a play into its live report. Of two reports with one number the
 * shorter one counts. A report whose times fail R14 is left out as long as another part remains, so that a late report
 * cannot invalidate a timely one. The result does not depend on order or repetition, except for `receivedAt`.
 *
 * @param play as reported live
 * @param segments of the live report
 * @param reports at least one
 */
export const mergedWithReports = <Play extends FinishedPlay>(
  time: TimePolicy,
  play: Play,
  segments: readonly Segment[],
  reports: readonly PlayReport[],
): Play => {
  const parts = partsOf(play, segments, reports);
  const valid = parts.filter((part) => faultOf(time, play, part) === undefined);
  const heard = valid.length > 0 ? valid : parts;
  const conflict = conflictIn(reports);
  return {
    ...play,
    ...heardIn(
      heard.flatMap((part) => part.segments),
      play.durationMs,
    ),
    deviceId: heard[0]?.deviceId ?? play.deviceId,
    endedAt: Math.max(...heard.map(({ endedAt }) => endedAt)),
    receivedAt: Math.max(...heard.map(({ receivedAt }) => receivedAt)),
    muted: heard.every(({ muted }) => muted),
    parts: heard.map(({ deviceId, segments }) => ({ deviceId, segments })),
    ...(conflict !== undefined && { conflict }),
  };
};

/** Result of a report: it counts; a shorter one with its number replaced it; or its fault by R14. */
export type ReportOutcome = 'counted' | 'superseded' | TimeFault;

/** The outcome of each report, in the given order. */
export const outcomesOf = (
  time: TimePolicy,
  play: FinishedPlay,
  reports: readonly PlayReport[],
): readonly ReportOutcome[] => {
  const standing = new Set(standingReports(reports, play.durationMs));
  return reports.map((report) =>
    standing.has(report) ? (faultOf(time, play, report) ?? 'counted') : 'superseded',
  );
};

/** The case that holds a play whose reports contradict each other; undefined without contradiction. */
export const conflictIn = (reports: readonly PlayReport[]): string | undefined =>
  reports.find(({ caseId }) => caseId !== null)?.caseId ?? undefined;

/** All heard segments of a play by device. `segmentsOf` gives those of a play that was only reported live. */
export const segmentsByDevice = <Play extends FinishedPlay>(
  play: Play,
  segmentsOf: (play: Play) => readonly Segment[],
): readonly DeviceSegments[] => play.parts ?? [{ deviceId: play.deviceId, segments: segmentsOf(play) }];

/** All heard segments of a play. */
export const allHeard = <Play extends FinishedPlay>(
  play: Play,
  segmentsOf: (play: Play) => readonly Segment[],
): readonly Segment[] => play.parts?.flatMap(({ segments }) => segments) ?? segmentsOf(play);

type Part = Pick<PlayReport, 'deviceId' | 'segments' | 'endedAt' | 'receivedAt' | 'muted'>;

/** The live report first, unless nothing was heard in it. */
const partsOf = (
  play: FinishedPlay,
  segments: readonly Segment[],
  reports: readonly PlayReport[],
): readonly Part[] => {
  const standing = standingReports(reports, play.durationMs);
  if (play.playedMs === 0 && play.wallMs === 0) return standing;
  const { deviceId, endedAt, receivedAt, muted = false } = play;
  return [{ deviceId, segments, endedAt, receivedAt: receivedAt ?? endedAt, muted }, ...standing];
};

const faultOf = (
  time: TimePolicy,
  { startedAt }: FinishedPlay,
  { segments, endedAt, receivedAt }: Part,
): TimeFault | undefined => {
  const wallMs = segments.reduce((sum, segment) => sum + segment.wallMs, 0);
  return timeFault(time, { startedAt, endedAt, wallMs, receivedAt });
};
