import { type Command, type Rejection, reject } from '../decider.js';
import { CLOCK_TOLERANCE_MS, clockOffset, corrected } from '../shared/listening/device-clock.js';
import { contradicts, isRepeat } from '../shared/listening/numbered-reports.js';
import { PLAY_SPAN_MS_MAX, type Segment } from '../shared/listening/segments.js';
import { endWhereItWas, stop } from './ending.js';
import type { PlayEvent, PlayFacts, PlayReported, PlayStarted, PlayStopped, ReportTiming } from './events.js';
import { knownOf, type PlayOver, type PlayState } from './state.js';
import { badSegments, SEGMENTS_MAX } from './reported-segments.js';

/** Most numbered reports of one play, those that contradict others among them. */
export const LATE_REPORTS_MAX = 200;

/** What tells how right a device's clock is (R14). */
export type Arrival = {
  readonly receivedAt: number;
  /** The device's clock when it sent this. Undefined: it does not say, and is believed as before. */
  readonly sentAt?: number | undefined;
};

/**
 * What a device heard of a play without a connection (R15). It repeats the facts of the play as they were said at its
 * start; `startedAt` and `endedAt` are of its clock. `durationMs` is of the track, for a play of which nothing is known.
 */
export type ReportPlay = Command<
  'ReportPlay',
  Omit<PlayFacts, 'mode'> &
    Arrival & {
      readonly deviceSeq: number;
      readonly segments: readonly Segment[];
      readonly endedAt: number;
      readonly muted: boolean;
      /** SHA-256 of what the device said, hexadecimal. */
      readonly contentHash: string;
      /** The case that is to hold the play where the report contradicts another. */
      readonly caseId: string;
    }
>;

export type LateReportRejection = Rejection<
  'PlayNotFound' | 'ReportOfAnotherPlay' | 'PlayTooLong' | 'TooManyReports' | 'BadSegments'
>;

export const PLAY_NOT_FOUND = reject('PlayNotFound', 'There is no such play.');

/**
 * Takes a report under a number that is new, or other content under one that is not. What is not known begins with it;
 * what is live goes on by numbered reports only.
 */
export const reportLate = (
  { data }: ReportPlay,
  state: PlayState,
): readonly PlayEvent[] | LateReportRejection => {
  const bad = badSegments(data.segments) ?? tooLong(data);
  if (bad) return bad;
  if (state.status === 'unknown') {
    const begun = begin(data);
    return [...begun, reported(data, over(begun[0].data, begun[1].data))];
  }
  if (state.started.listenerId !== data.listenerId) return PLAY_NOT_FOUND;
  const other = otherFact(data, state.started);
  if (other) return reject('ReportOfAnotherPlay', `The play was told of with another ${other}.`);
  if (state.status === 'live') {
    const stopped = endWhereItWas(state, 'reported');
    return [stopped, reported(data, over(state.started, stopped.data))];
  }
  if (state.reports.some((known) => isRepeat(known, data))) return [];
  return tooMany(data, state) ?? [reported(data, state)];
};

type Said = ReportPlay['data'];

const over = (started: PlayStarted['data'], stopped: PlayStopped['data']): PlayOver => ({
  status: 'over',
  started,
  stopped,
  reports: [],
});

/** A play that nobody has told of: nothing of it was reported live. */
const begin = (said: Said): readonly [PlayStarted, PlayStopped] => {
  const { listenerId, trackId, durationMs, territory, offering, deviceId, source, receivedAt } = said;
  const clockOffsetMs = uploadOffset(said);
  const startedAt = corrected(said.startedAt, clockOffsetMs);
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
  const positionMs = said.segments.at(0)?.fromMs ?? 0;
  const timing: ReportTiming = { receivedAt, clockOffsetMs };
  return [
    { type: 'PlayStarted', data: { ...facts, ...timing, positionMs } },
    stop(facts, { reason: 'reported', positionMs, at: startedAt, muted: false, segments: [], ...timing }),
  ];
};

/**
 * The start is the play's own. A device says how long after it the play went on: whatever its clock is worth, what it
 * adds to the times of one play is the same in all of its reports.
 */
const reported = (said: Said, play: PlayOver): PlayReported => {
  const { stopped } = play;
  const { deviceId, deviceSeq, segments, contentHash, muted, receivedAt } = said;
  const clockOffsetMs = stopped.startedAt - said.startedAt;
  const at = corrected(said.endedAt, clockOffsetMs);
  const isContradicted = play.reports.some((known) => contradicts(known, said));
  const caseId = isContradicted ? said.caseId : null;
  const report = { deviceSeq, segments, contentHash, at, muted, caseId, receivedAt, clockOffsetMs };
  const after = knownOf({ stopped, reports: [...play.reports, { deviceId, ...report }] });
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
      ...report,
      before: knownOf(play).heard,
      after: after.heard,
      endedAt: after.endedAt,
    },
  };
};

/** The first fact in which a report and the play differ. The device may be another, and the start said by another clock. */
const otherFact = (said: Said, started: PlayStarted['data']): string | undefined => {
  // History from elsewhere was not heard on any device of ours.
  if (started.mode === 'import') return 'mode';
  for (const fact of ['trackId', 'territory', 'offering', 'source'] as const)
    if (said[fact] !== started[fact]) return fact;
  const sameByItsClock = said.startedAt === started.startedAt - started.clockOffsetMs;
  const startedAt = corrected(said.startedAt, uploadOffset(said));
  return sameByItsClock || Math.abs(startedAt - started.startedAt) <= CLOCK_TOLERANCE_MS
    ? undefined
    : 'startedAt';
};

/** R14. */
const uploadOffset = ({ sentAt, receivedAt }: Arrival): number =>
  sentAt === undefined ? 0 : clockOffset(CLOCK_TOLERANCE_MS, sentAt, receivedAt);

const tooLong = ({ startedAt, endedAt }: Said): LateReportRejection | undefined =>
  endedAt - startedAt > PLAY_SPAN_MS_MAX
    ? reject('PlayTooLong', 'A play goes on for two days at most. What is heard later is a new play.')
    : undefined;

const tooMany = ({ segments }: Said, { reports }: PlayOver): LateReportRejection | undefined => {
  const stretches = reports.reduce((sum, one) => sum + one.segments.length, segments.length);
  return reports.length >= LATE_REPORTS_MAX || stretches > SEGMENTS_MAX
    ? reject(
        'TooManyReports',
        `A play has at most ${LATE_REPORTS_MAX} numbered reports, of ${SEGMENTS_MAX} stretches in all.`,
      )
    : undefined;
};
