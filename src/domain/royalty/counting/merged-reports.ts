import { type NumberedReport, standingReports } from '../../shared/listening/numbered-reports.js';
import { heardIn, type Segment } from '../../shared/listening/segments.js';
import { type TimeFault, timeFault, type TimePolicy } from '../rules/time-check.js';
import type { DeviceSegments, FinishedPlay } from './finished-play.js';

/** What a device told later of a play (R15). Instants are set right by the clock of the upload (R14). */
export type PlayReport = NumberedReport & {
  readonly endedAt: number;
  readonly receivedAt: number;
  readonly muted: boolean;
  /** The case that holds the play, where this contradicts another report; else null. */
  readonly caseId: string | null;
};

/**
 * R15 at a settlement: a play with what devices told of it later. Of two reports under one key the shorter one stands. What
 * cannot be by its own times (R14), or came too late, is left out as long as something else was heard: a late report takes
 * nothing away from what was in time. Neither order nor repetition shows, but in when the service had all of it.
 *
 * @param play as it was reported live
 * @param segments what was
 * @param reports at least one
 */
export const mergedWithReports = <Play extends FinishedPlay>(
  time: TimePolicy,
  play: Play,
  segments: readonly Segment[],
  reports: readonly PlayReport[],
): Play => {
  const parts = partsOf(play, segments, reports);
  const possible = parts.filter((part) => faultOf(time, play, part) === undefined);
  const heard = possible.length > 0 ? possible : parts;
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

/** What became of a report: it counts, another under its number is shorter, or why its times cannot be. */
export type ReportOutcome = 'counted' | 'superseded' | TimeFault;

/** For each report, in the order given. */
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

/** The case that holds a play of which different things were said under one number. */
export const conflictIn = (reports: readonly PlayReport[]): string | undefined =>
  reports.find(({ caseId }) => caseId !== null)?.caseId ?? undefined;

/** Everything that was heard of a play, device by device. */
export const segmentsByDevice = <Play extends FinishedPlay>(
  play: Play,
  segmentsOf: (play: Play) => readonly Segment[],
): readonly DeviceSegments[] => play.parts ?? [{ deviceId: play.deviceId, segments: segmentsOf(play) }];

/** Everything that was heard of a play. */
export const allHeard = <Play extends FinishedPlay>(
  play: Play,
  segmentsOf: (play: Play) => readonly Segment[],
): readonly Segment[] => play.parts?.flatMap(({ segments }) => segments) ?? segmentsOf(play);

type Part = Pick<PlayReport, 'deviceId' | 'segments' | 'endedAt' | 'receivedAt' | 'muted'>;

/** What was live goes first, if anything was heard or took time. */
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
