import { type Command, type Decider, type Rejection, reject } from '../decider.js';
import { CLOCK_TOLERANCE_MS, clockOffset, corrected } from '../shared/listening/device-clock.js';
import { type Segment, MEDIA_MS_MAX } from '../shared/listening/segments.js';
import { playStopped, stopAtLastReport, stopLive } from './play-stopped.js';
import type { PlayEvent, PlayFacts, PlayStarted, PlayStopped, ReportTiming, StopReason } from './events.js';
import {
  type ClockReadings,
  type LateReportRejection,
  PLAY_NOT_FOUND,
  reportLate,
  type ReportPlay,
} from './late-report.js';
import { evolve, type LivePlay, type PlayOver, type PlayState } from './state.js';
import { badSegments, SEGMENTS_MAX } from './reported-segments.js';

/** Most events of one play. A stop is always accepted. */
export const REPORTS_MAX = 10_000;

// Commands. `at` is the time of the report by the device's clock, UTC, epoch milliseconds; positions are milliseconds from
// the start of the track. `listenerId` is the listener who sent the command: a play of another listener is refused as if it
// did not exist.

export type StartPlay = Command<'StartPlay', PlayFacts & ClockReadings & { positionMs: number }>;
export type SeekPlay = Command<
  'SeekPlay',
  ClockReadings & { listenerId: string; fromMs: number; toMs: number; at: number }
>;
export type PausePlay = Command<'PausePlay', Report>;
export type ResumePlay = Command<'ResumePlay', Report>;
export type ReportProgress = Command<'ReportProgress', Report>;
export type StopPlay = Command<'StopPlay', Report & { reason: 'stopped' | 'ended'; muted: boolean }>;
/** Records a finished play. `segments` are in the order heard. */
export type RecordPlay = Command<
  'RecordPlay',
  PlayFacts &
    ClockReadings & { reason: StopReason; segments: readonly Segment[]; endedAt: number; muted: boolean }
>;
/** Stops a play without reports since `lastReceivedAt`; does nothing when a later report has arrived. */
export type CloseSilentPlay = Command<'CloseSilentPlay', { lastReceivedAt: number }>;

type Report = ClockReadings & {
  readonly listenerId: string;
  readonly positionMs: number;
  readonly at: number;
};

export type PlayCommand =
  | StartPlay
  | SeekPlay
  | PausePlay
  | ResumePlay
  | ReportProgress
  | StopPlay
  | RecordPlay
  | ReportPlay
  | CloseSilentPlay;

export type PlayRejection =
  | LateReportRejection
  | Rejection<
      | 'PlayExists'
      | 'PlayEnded'
      | 'PlayNotLive'
      | 'PlayIsPaused'
      | 'OutOfOrder'
      | 'PositionOutOfTrack'
      | 'PositionWentBack'
    >;

type Outcome = readonly PlayEvent[] | PlayRejection;

const decide = (command: PlayCommand, state: PlayState): Outcome => {
  switch (command.type) {
    case 'StartPlay':
      return start(command, state);
    case 'RecordPlay':
      return record(command, state);
    case 'ReportPlay':
      return reportLate(command, state);
    case 'CloseSilentPlay':
      return closeSilent(command, state);
    case 'SeekPlay':
    case 'PausePlay':
    case 'ResumePlay':
    case 'ReportProgress':
    case 'StopPlay':
      return report(command, state);
  }
};

const start = ({ data: { sentAt, receivedAt, ...facts } }: StartPlay, state: PlayState): Outcome => {
  const timing = reportTimingOf({ sentAt, receivedAt });
  const data = { ...facts, startedAt: corrected(facts.startedAt, timing.clockOffsetMs), ...timing };
  if (state.status !== 'unknown') return isSameStart(state.started, data) ? [] : PLAY_EXISTS;
  return outOfTrack(data.durationMs, data.positionMs) ?? [{ type: 'PlayStarted', data }];
};

const record = ({ data }: RecordPlay, state: PlayState): Outcome => {
  const { segments, endedAt, reason, muted, sentAt, receivedAt, ...reported } = data;
  const bad = badSegments(segments);
  if (bad) return bad;

  const timing = reportTimingOf({ sentAt, receivedAt });
  const { clockOffsetMs } = timing;
  const facts: PlayFacts = { ...reported, startedAt: corrected(reported.startedAt, clockOffsetMs) };
  const started: PlayStarted['data'] = { ...facts, ...timing, positionMs: segments.at(0)?.fromMs ?? 0 };
  const at = corrected(endedAt, clockOffsetMs);
  const stopped = playStopped(facts, {
    reason,
    positionMs: segments.at(-1)?.toMs ?? 0,
    at,
    ...timing,
    segments,
    muted,
  });
  switch (state.status) {
    case 'unknown':
      return [{ type: 'PlayStarted', data: started }, stopped];
    case 'live':
      return PLAY_EXISTS;
    case 'over':
      return isSameStart(state.started, started) && isSameStop(state.stopped, stopped.data)
        ? []
        : PLAY_EXISTS;
  }
};

const closeSilent = ({ data }: CloseSilentPlay, state: PlayState): Outcome => {
  if (state.status === 'unknown') return PLAY_NOT_FOUND;
  if (state.status === 'over' || state.timing.receivedAt !== data.lastReceivedAt) return [];
  return [stopAtLastReport(state, 'silence')];
};

const report = (
  command: SeekPlay | PausePlay | ResumePlay | ReportProgress | StopPlay,
  state: PlayState,
): Outcome => {
  if (state.status === 'unknown' || state.started.listenerId !== command.data.listenerId)
    return PLAY_NOT_FOUND;
  if (state.status === 'over') return afterTheEnd(command, state);

  const { durationMs } = state.started;
  const timing = reportTimingOf(command.data, state.timing.clockOffsetMs);
  const at = corrected(command.data.at, timing.clockOffsetMs);
  const isRepetition = (event: PlayEvent): boolean => isSameReport(event, state.last);
  const refusal = (positionMs: number): PlayRejection | undefined =>
    outOfTrack(durationMs, positionMs) ?? outOfOrder(state, at) ?? tooManyReports(state);

  switch (command.type) {
    case 'SeekPlay': {
      const { fromMs, toMs } = command.data;
      const seeked: PlayEvent = { type: 'PlaySeeked', data: { fromMs, toMs, at, ...timing } };
      if (isRepetition(seeked)) return [];
      const refused = outOfTrack(durationMs, fromMs) ?? refusal(toMs) ?? wentBack(state, fromMs);
      return refused ?? (fromMs === toMs ? [] : [seeked]);
    }
    case 'PausePlay': {
      if (!state.openSegment) return [];
      const { positionMs } = command.data;
      return (
        refusal(positionMs) ??
        wentBack(state, positionMs) ?? [{ type: 'PlayPaused', data: { positionMs, at, ...timing } }]
      );
    }
    case 'ResumePlay': {
      if (state.openSegment) return [];
      const { positionMs } = command.data;
      return refusal(positionMs) ?? [{ type: 'PlayResumed', data: { positionMs, at, ...timing } }];
    }
    case 'ReportProgress': {
      const { positionMs } = command.data;
      const progressed: PlayEvent = { type: 'PlayProgressed', data: { positionMs, at, ...timing } };
      if (isRepetition(progressed)) return [];
      return (
        refusal(positionMs) ??
        wentBack(state, positionMs) ??
        movedWhilePaused(state, positionMs) ?? [progressed]
      );
    }
    case 'StopPlay': {
      const { positionMs, reason, muted } = command.data;
      const refused =
        outOfTrack(durationMs, positionMs) ?? outOfOrder(state, at) ?? wentBack(state, positionMs);
      return refused ?? [stopLive(state, { reason, positionMs, at, muted, ...timing })];
    }
  }
};

/**
 * Answers a live report about a play that is over. A second stop changes nothing. If the play was cut off, segments after
 * its end are refused: an accepted report would suggest that they had been recorded.
 */
const afterTheEnd = (
  { type, data }: SeekPlay | PausePlay | ResumePlay | ReportProgress | StopPlay,
  { stopped, reports }: PlayOver,
): Outcome => {
  const wasCutOff = stopped.reason === 'silence' || stopped.reason === 'reported';
  if (!wasCutOff) return type === 'StopPlay' ? [] : PLAY_ENDED;
  const reached = reports
    .flatMap(({ segments }) => segments)
    .reduce((furthest, { toMs }) => Math.max(furthest, toMs), stopped.positionMs);
  return type === 'StopPlay' && data.positionMs <= reached ? [] : PLAY_NOT_LIVE;
};

/**
 * R14. Once a device's clock was corrected in a play, it is corrected to the end of the play, within the tolerance too:
 * times that jump by two minutes would be out of order.
 */
const reportTimingOf = ({ sentAt, receivedAt }: ClockReadings, offsetBefore = 0): ReportTiming => ({
  receivedAt,
  clockOffsetMs:
    sentAt === undefined
      ? offsetBefore
      : clockOffset(offsetBefore === 0 ? CLOCK_TOLERANCE_MS : 0, sentAt, receivedAt),
});

const PLAY_EXISTS = reject('PlayExists', 'A play with this id exists and has other content.');
const PLAY_ENDED = reject('PlayEnded', 'The play is over. Report a new play under a new id.');

const PLAY_NOT_LIVE = reject(
  'PlayNotLive',
  'The play was closed for lack of reports or has numbered reports. Send the rest as a numbered report.',
);

const outOfTrack = (
  durationMs: number | null,
  positionMs: number,
): Rejection<'PositionOutOfTrack'> | undefined => {
  const end = durationMs ?? MEDIA_MS_MAX;
  return positionMs < 0 || positionMs > end
    ? reject('PositionOutOfTrack', `${positionMs} ms is not between 0 and ${end} ms.`)
    : undefined;
};

const outOfOrder = (play: LivePlay, at: number): Rejection<'OutOfOrder'> | undefined =>
  at < play.lastAt
    ? reject('OutOfOrder', `The last report was at ${play.lastAt}; this one is earlier, at ${at}.`)
    : undefined;

/** While a play is running its position only grows. Only a seek moves it back. */
const wentBack = (play: LivePlay, positionMs: number): Rejection<'PositionWentBack'> | undefined =>
  play.openSegment && positionMs < play.positionMs
    ? reject(
        'PositionWentBack',
        `${positionMs} ms is before ${play.positionMs} ms. Report a seek to go back.`,
      )
    : undefined;

const movedWhilePaused = (play: LivePlay, positionMs: number): Rejection<'PlayIsPaused'> | undefined =>
  !play.openSegment && positionMs !== play.positionMs
    ? reject(
        'PlayIsPaused',
        `The play is paused at ${play.positionMs} ms. Report that it resumes before you report progress.`,
      )
    : undefined;

const tooManyReports = (play: LivePlay): PlayRejection | undefined =>
  // Leaves room for the open segment, so that a stop is always accepted.
  play.reports >= REPORTS_MAX || play.segments.length >= SEGMENTS_MAX - 1
    ? reject(
        'TooManyReports',
        `A play has at most ${REPORTS_MAX} reports and ${SEGMENTS_MAX} segments. Stop it and start a new play.`,
      )
    : undefined;

// A repeated report arrives at another time, and the track's length may have been corrected meanwhile. Only the device's own
// data is compared.

const byDeviceClock = (at: number, { clockOffsetMs }: ReportTiming): number => at - clockOffsetMs;

const isSameStart = (a: PlayStarted['data'], b: PlayStarted['data']): boolean =>
  a.listenerId === b.listenerId &&
  a.trackId === b.trackId &&
  a.territory === b.territory &&
  a.offering === b.offering &&
  a.deviceId === b.deviceId &&
  a.mode === b.mode &&
  a.source === b.source &&
  byDeviceClock(a.startedAt, a) === byDeviceClock(b.startedAt, b) &&
  a.positionMs === b.positionMs;

const isSameStop = (a: PlayStopped['data'], b: PlayStopped['data']): boolean =>
  a.reason === b.reason &&
  a.muted === b.muted &&
  byDeviceClock(a.at, a) === byDeviceClock(b.at, b) &&
  a.segments.length === b.segments.length &&
  a.segments.every((segment, index) => {
    const other = b.segments[index];
    return segment.fromMs === other?.fromMs && segment.toMs === other.toMs && segment.wallMs === other.wallMs;
  });

const isSameInstant = (a: ReportTiming & { readonly at: number }, b: typeof a): boolean =>
  byDeviceClock(a.at, a) === byDeviceClock(b.at, b);

const isSameReport = (a: PlayEvent, b: PlayEvent): boolean => {
  if (a.type === 'PlaySeeked' && b.type === 'PlaySeeked')
    return a.data.fromMs === b.data.fromMs && a.data.toMs === b.data.toMs && isSameInstant(a.data, b.data);
  if (a.type === 'PlayProgressed' && b.type === 'PlayProgressed')
    return a.data.positionMs === b.data.positionMs && isSameInstant(a.data, b.data);
  return false;
};

export const play: Decider<PlayCommand, PlayEvent, PlayState, PlayRejection> = {
  category: 'play',
  initial: { status: 'unknown' },
  decide,
  evolve,
  streamUse: {
    begunBy: ['StartPlay', 'RecordPlay'],
    cachedAfter: ['StartPlay', 'SeekPlay', 'PausePlay', 'ResumePlay', 'ReportProgress'],
  },
};
