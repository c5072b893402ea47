import { type Command, type Decider, type Rejection, reject } from '../decider.js';
import { CLOCK_TOLERANCE_MS, clockOffset, corrected } from '../shared/listening/device-clock.js';
import { type Segment, MEDIA_MS_MAX } from '../shared/listening/segments.js';
import { end, endWhereItWas, stop } from './ending.js';
import type { PlayEvent, PlayFacts, PlayStarted, PlayStopped, ReportTiming, StopReason } from './events.js';
import {
  type Arrival,
  type LateReportRejection,
  PLAY_NOT_FOUND,
  reportLate,
  type ReportPlay,
} from './late-report.js';
import { evolve, type LivePlay, type PlayOver, type PlayState } from './state.js';
import { badSegments, SEGMENTS_MAX } from './reported-segments.js';

/** Most events of one play. A stop is always taken. */
export const REPORTS_MAX = 10_000;

// Commands. `at` is when it happened by the device's clock, UTC, epoch milliseconds; positions are milliseconds from the
// start of the track.
// Each names the listener who asks: a play of another listener answers like one that does not exist.

export type StartPlay = Command<'StartPlay', PlayFacts & Arrival & { positionMs: number }>;
export type SeekPlay = Command<
  'SeekPlay',
  Arrival & { listenerId: string; fromMs: number; toMs: number; at: number }
>;
export type PausePlay = Command<'PausePlay', Report>;
export type ResumePlay = Command<'ResumePlay', Report>;
export type ReportProgress = Command<'ReportProgress', Report>;
export type StopPlay = Command<'StopPlay', Report & { reason: 'stopped' | 'ended'; muted: boolean }>;
/** A whole play reported at once, when it is long over. `segments` are in the order heard. */
export type RecordPlay = Command<
  'RecordPlay',
  PlayFacts & Arrival & { reason: StopReason; segments: readonly Segment[]; endedAt: number; muted: boolean }
>;
/** Ends a play of which nothing was received since `lastReceivedAt`; does nothing when it has spoken meanwhile. */
export type CloseSilentPlay = Command<'CloseSilentPlay', { lastReceivedAt: number }>;

type Report = Arrival & { readonly listenerId: string; readonly positionMs: number; readonly at: number };

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

const start = ({ data: { sentAt, receivedAt, ...said } }: StartPlay, state: PlayState): Outcome => {
  const timing = reportTimingOf({ sentAt, receivedAt });
  const data = { ...said, startedAt: corrected(said.startedAt, timing.clockOffsetMs), ...timing };
  if (state.status !== 'unknown') return isSameStart(state.started, data) ? [] : PLAY_EXISTS;
  return outOfTrack(data.durationMs, data.positionMs) ?? [{ type: 'PlayStarted', data }];
};

const record = ({ data }: RecordPlay, state: PlayState): Outcome => {
  const { segments, endedAt, reason, muted, sentAt, receivedAt, ...said } = data;
  const bad = badSegments(segments);
  if (bad) return bad;

  const timing = reportTimingOf({ sentAt, receivedAt });
  const { clockOffsetMs } = timing;
  const facts: PlayFacts = { ...said, startedAt: corrected(said.startedAt, clockOffsetMs) };
  const started: PlayStarted['data'] = { ...facts, ...timing, positionMs: segments.at(0)?.fromMs ?? 0 };
  const at = corrected(endedAt, clockOffsetMs);
  const stopped = stop(facts, {
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
  return [endWhereItWas(state, 'silence')];
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
  const saysNothingNew = (event: PlayEvent): boolean => isSameReport(event, state.last);
  const refusal = (positionMs: number): PlayRejection | undefined =>
    outOfTrack(durationMs, positionMs) ?? outOfOrder(state, at) ?? tooManyReports(state);

  switch (command.type) {
    case 'SeekPlay': {
      const { fromMs, toMs } = command.data;
      const seeked: PlayEvent = { type: 'PlaySeeked', data: { fromMs, toMs, at, ...timing } };
      if (saysNothingNew(seeked)) return [];
      const refused = outOfTrack(durationMs, fromMs) ?? refusal(toMs) ?? wentBack(state, fromMs);
      return refused ?? (fromMs === toMs ? [] : [seeked]);
    }
    case 'PausePlay': {
      if (!state.hearing) return [];
      const { positionMs } = command.data;
      return (
        refusal(positionMs) ??
        wentBack(state, positionMs) ?? [{ type: 'PlayPaused', data: { positionMs, at, ...timing } }]
      );
    }
    case 'ResumePlay': {
      if (state.hearing) return [];
      const { positionMs } = command.data;
      return refusal(positionMs) ?? [{ type: 'PlayResumed', data: { positionMs, at, ...timing } }];
    }
    case 'ReportProgress': {
      const { positionMs } = command.data;
      const progressed: PlayEvent = { type: 'PlayProgressed', data: { positionMs, at, ...timing } };
      if (saysNothingNew(progressed)) return [];
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
      return refused ?? [end(state, { reason, positionMs, at, muted, ...timing })];
    }
  }
};

/**
 * What is said of a play that is over. Whoever stopped it has stopped it; where nobody did, what was heard since must not
 * look as if it had been taken.
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
 * R14. A clock that was set right once in a play is so to its end, within the tolerance too: times that jump by two
 * minutes would be out of order.
 */
const reportTimingOf = ({ sentAt, receivedAt }: Arrival, offsetBefore = 0): ReportTiming => ({
  receivedAt,
  clockOffsetMs:
    sentAt === undefined
      ? offsetBefore
      : clockOffset(offsetBefore === 0 ? CLOCK_TOLERANCE_MS : 0, sentAt, receivedAt),
});

const PLAY_EXISTS = reject('PlayExists', 'A play with this id exists and has other content.');
const PLAY_ENDED = reject('PlayEnded', 'The play is over. What is heard now is a new play with a new id.');

const PLAY_NOT_LIVE = reject(
  'PlayNotLive',
  'The play was closed after a silence, or is told by numbered reports. Send what was heard since as such a report.',
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
    ? reject('OutOfOrder', `The last report is of ${play.lastAt}, this one of ${at}.`)
    : undefined;

/** While it plays, a position only grows; who goes back says so by a seek. */
const wentBack = (play: LivePlay, positionMs: number): Rejection<'PositionWentBack'> | undefined =>
  play.hearing && positionMs < play.positionMs
    ? reject(
        'PositionWentBack',
        `${positionMs} ms is before ${play.positionMs} ms. Report a seek to go back.`,
      )
    : undefined;

const movedWhilePaused = (play: LivePlay, positionMs: number): Rejection<'PlayIsPaused'> | undefined =>
  !play.hearing && positionMs !== play.positionMs
    ? reject(
        'PlayIsPaused',
        `The play is paused at ${play.positionMs} ms. Report that it goes on before its progress.`,
      )
    : undefined;

const tooManyReports = (play: LivePlay): PlayRejection | undefined =>
  // One stretch is kept for the one being heard, so that a stop can always be taken.
  play.reports >= REPORTS_MAX || play.segments.length >= SEGMENTS_MAX - 1
    ? reject(
        'TooManyReports',
        `A play has at most ${REPORTS_MAX} reports and ${SEGMENTS_MAX} stretches. Stop it.`,
      )
    : undefined;

// What is said again arrives at another time, and the track's length may have been corrected meanwhile: only what the
// device said tells whether it is the same.

const byDevice = (at: number, { clockOffsetMs }: ReportTiming): number => at - clockOffsetMs;

const isSameStart = (a: PlayStarted['data'], b: PlayStarted['data']): boolean =>
  a.listenerId === b.listenerId &&
  a.trackId === b.trackId &&
  a.territory === b.territory &&
  a.offering === b.offering &&
  a.deviceId === b.deviceId &&
  a.mode === b.mode &&
  a.source === b.source &&
  byDevice(a.startedAt, a) === byDevice(b.startedAt, b) &&
  a.positionMs === b.positionMs;

const isSameStop = (a: PlayStopped['data'], b: PlayStopped['data']): boolean =>
  a.reason === b.reason &&
  a.muted === b.muted &&
  byDevice(a.at, a) === byDevice(b.at, b) &&
  a.segments.length === b.segments.length &&
  a.segments.every((segment, index) => {
    const other = b.segments[index];
    return segment.fromMs === other?.fromMs && segment.toMs === other.toMs && segment.wallMs === other.wallMs;
  });

const isSameTime = (a: ReportTiming & { readonly at: number }, b: typeof a): boolean =>
  byDevice(a.at, a) === byDevice(b.at, b);

const isSameReport = (a: PlayEvent, b: PlayEvent): boolean => {
  if (a.type === 'PlaySeeked' && b.type === 'PlaySeeked')
    return a.data.fromMs === b.data.fromMs && a.data.toMs === b.data.toMs && isSameTime(a.data, b.data);
  if (a.type === 'PlayProgressed' && b.type === 'PlayProgressed')
    return a.data.positionMs === b.data.positionMs && isSameTime(a.data, b.data);
  return false;
};

export const play: Decider<PlayCommand, PlayEvent, PlayState, PlayRejection> = {
  category: 'play',
  initial: { status: 'unknown' },
  decide,
  evolve,
};
