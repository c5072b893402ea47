import { type Command, type Rejection, reject } from '../decider.js';
import { CLOCK_TOLERANCE_MS, clockOffset, corrected } from '../shared/listening/device-clock.js';
import { contradicts, isRepeat } from '../shared/listening/numbered-reports.js';
import { PLAY_SPAN_MS_MAX, type Segment } from '../shared/listening/segments.js';
import { playStopped, stopAtLastReport } from './play-stopped.js';
import type { PlayEvent, PlayFacts, PlayReported, PlayStarted, PlayStopped, ReportTiming } from './events.js';
import { summaryOf, type PlayOver, type PlayState } from './state.js';
import { badSegments, SEGMENTS_MAX } from './reported-segments.js';

/** Most numbered reports of one play, including those that contradict others. */
export const LATE_REPORTS_MAX = 200;

/** The two clock readings that show how far a device's clock is off (R14). UTC, epoch milliseconds. */
export type ClockReadings = {
  /** The service's clock when it received the report. */
  readonly receivedAt: number;
  /** The device's clock when it sent the report. Undefined: not reported; the offset stays as it was. */
  readonly sentAt?: number | undefined;
};

/**
 * Reports segments that a device played without a connection (R15). It repeats the facts that were reported at the start
 * of the play; `startedAt` and `endedAt` are by the device's clock. `durationMs` is the track's, for a play that is new.
 */
export type ReportPlay = Command<
  'ReportPlay',
  Omit<PlayFacts, 'mode'> &
    ClockReadings & {
      readonly deviceSeq: number;
      readonly segments: readonly Segment[];
      readonly endedAt: number;
      readonly muted: boolean;
      /** SHA-256 of the report's content, hexadecimal. */
      readonly contentHash: string;
      /** The case that will hold the play if the report contradicts another one. */
      readonly caseId: string;
    }
>;

export type LateReportRejection = Rejection<
  'PlayNotFound' | 'ReportOfAnotherPlay' | 'PlayTooLong' | 'TooManyReports' | 'BadSegments'
>;

export const PLAY_NOT_FOUND = reject('PlayNotFound', 'The play does not exist.');

/**
 * Accepts a report with a new number, or with other content under a number that was used. A play that is unknown starts
 * with it. A live play is stopped: from here on it takes numbered reports only.
 */
export const reportLate = (
  { data }: ReportPlay,
  state: PlayState,
): readonly PlayEvent[] | LateReportRejection => {
  const bad = badSegments(data.segments) ?? tooLong(data);
  if (bad) return bad;
  if (state.status === 'unknown') {
    const [started, stopped] = startOffline(data);
    return [started, stopped, playReported(data, playOver(started.data, stopped.data))];
  }
  if (state.started.listenerId !== data.listenerId) return PLAY_NOT_FOUND;
  const fact = differingFact(data, state.started);
  if (fact)
    return reject('ReportOfAnotherPlay', `The play was reported with another ${fact}. Use a new play id.`);
  if (state.status === 'live') {
    const stopped = stopAtLastReport(state, 'reported');
    return [stopped, playReported(data, playOver(state.started, stopped.data))];
  }
  if (state.reports.some((known) => isRepeat(known, data))) return [];
  return tooMany(data, state) ?? [playReported(data, state)];
};

type Report = ReportPlay['data'];

const playOver = (started: PlayStarted['data'], stopped: PlayStopped['data']): PlayOver => ({
  status: 'over',
  started,
  stopped,
  reports: [],
});

/** Starts and stops a play that has no live reports. */
const startOffline = (report: Report): readonly [PlayStarted, PlayStopped] => {
  const { listenerId, trackId, durationMs, territory, offering, deviceId, source, receivedAt } = report;
  const clockOffsetMs = uploadOffset(report);
  const startedAt = corrected(report.startedAt, clockOffsetMs);
  const facts: PlayFacts = {
    listenerId,
    trackId,
    durationMs,
    territory,
    offering,
    deviceId,
    source,
    mode: 'offline',
    startedAt,
  };
  const positionMs = report.segments.at(0)?.fromMs ?? 0;
  const timing: ReportTiming = { receivedAt, clockOffsetMs };
  return [
    { type: 'PlayStarted', data: { ...facts, ...timing, positionMs } },
    playStopped(facts, {
      reason: 'reported',
      positionMs,
      at: startedAt,
      muted: false,
      segments: [],
      ...timing,
    }),
  ];
};

/**
 * Keeps the start of the play as it is known and shifts the report's times by the same offset. How far the device's clock
 * is off does not matter: its distance from the start is the same in all reports of a play.
 */
const playReported = (report: Report, play: PlayOver): PlayReported => {
  const { stopped } = play;
  const { deviceId, deviceSeq, segments, contentHash, muted, receivedAt } = report;
  const clockOffsetMs = stopped.startedAt - report.startedAt;
  const at = corrected(report.endedAt, clockOffsetMs);
  const isContradicted = play.reports.some((known) => contradicts(known, report));
  const caseId = isContradicted ? report.caseId : null;
  const stored = { deviceSeq, segments, contentHash, at, muted, caseId, receivedAt, clockOffsetMs };
  const after = summaryOf({ stopped, reports: [...play.reports, { deviceId, ...stored }] });
  const { listenerId, trackId, durationMs, territory, offering, mode, source, startedAt } = stopped;
  return {
    type: 'PlayReported',
    data: {
      listenerId,
      trackId,
      durationMs,
      territory,
      offering,
      deviceId: stopped.deviceId,
      mode,
      source,
      startedAt,
      reportedBy: deviceId,
      ...stored,
      before: summaryOf(play).heard,
      after: after.heard,
      endedAt: after.endedAt,
    },
  };
};

/** The first fact in which a report and the play differ. The device may differ, and the start within the clock tolerance. */
const differingFact = (report: Report, started: PlayStarted['data']): string | undefined => {
  // An imported play comes from another service: no device reports segments of it.
  if (started.mode === 'import') return 'mode';
  for (const fact of ['trackId', 'territory', 'offering', 'source'] as const)
    if (report[fact] !== started[fact]) return fact;
  const isSameByDeviceClock = report.startedAt === started.startedAt - started.clockOffsetMs;
  const startedAt = corrected(report.startedAt, uploadOffset(report));
  return isSameByDeviceClock || Math.abs(startedAt - started.startedAt) <= CLOCK_TOLERANCE_MS
    ? undefined
    : 'startedAt';
};

/** R14. */
const uploadOffset = ({ sentAt, receivedAt }: ClockReadings): number =>
  sentAt === undefined ? 0 : clockOffset(CLOCK_TOLERANCE_MS, sentAt, receivedAt);

const tooLong = ({ startedAt, endedAt }: Report): LateReportRejection | undefined =>
  endedAt - startedAt > PLAY_SPAN_MS_MAX
    ? reject('PlayTooLong', 'A play lasts two days at most. Report later segments as a new play.')
    : undefined;

const tooMany = ({ segments }: Report, { reports }: PlayOver): LateReportRejection | undefined => {
  const segmentCount = reports.reduce((sum, report) => sum + report.segments.length, segments.length);
  return reports.length >= LATE_REPORTS_MAX || segmentCount > SEGMENTS_MAX
    ? reject(
        'TooManyReports',
        `A play has at most ${LATE_REPORTS_MAX} numbered reports with ${SEGMENTS_MAX} segments in all.`,
      )
    : undefined;
};
