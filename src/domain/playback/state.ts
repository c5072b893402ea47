import { type NumberedReport, standingReports } from '../shared/listening/numbered-reports.js';
import { type Heard, heardIn, type Segment } from '../shared/listening/segments.js';
import type { PlayEvent, PlayReported, PlayStarted, PlayStopped, ReportTiming } from './events.js';

/** What the events of a play have made of it. */
export type PlayState = { readonly status: 'unknown' } | LivePlay | PlayOver;

/** Nothing is reported live any more. What a device tells later is added. */
export type PlayOver = {
  readonly status: 'over';
  readonly started: PlayStarted['data'];
  readonly stopped: PlayStopped['data'];
  /** In the order in which they came. */
  readonly reports: readonly LateReport[];
};

export type LateReport = NumberedReport &
  Pick<PlayReported['data'], 'at' | 'muted' | 'caseId' | keyof ReportTiming>;

export type LivePlay = {
  readonly status: 'live';
  readonly started: PlayStarted['data'];
  /** What was heard before the last start, seek or resume, in the order heard. */
  readonly segments: readonly Segment[];
  /** Where and when the stretch that is being heard began; null while the play is paused. */
  readonly hearing: { readonly fromMs: number; readonly since: number } | null;
  /** Last position reported, and when. */
  readonly positionMs: number;
  readonly lastAt: number;
  /** How the last report came. */
  readonly timing: ReportTiming;
  /** The last event: a command that would only say it again says nothing new. */
  readonly last: PlayEvent;
  /** Events so far. */
  readonly reports: number;
};

export const evolve = (state: PlayState, event: PlayEvent): PlayState => {
  if (event.type === 'PlayStarted') return state.status === 'unknown' ? live(event) : state;
  if (event.type === 'PlayReported')
    return state.status === 'over' ? { ...state, reports: [...state.reports, reportIn(event)] } : state;
  if (state.status !== 'live') return state;
  const reported = {
    ...state,
    last: event,
    reports: state.reports + 1,
    lastAt: event.data.at,
    timing: reportTimingOf(event.data),
  };
  switch (event.type) {
    case 'PlaySeeked': {
      const { fromMs, toMs, at } = event.data;
      return {
        ...reported,
        segments: segmentsAt(state, fromMs, at),
        hearing: state.hearing && { fromMs: toMs, since: at },
        positionMs: toMs,
      };
    }
    case 'PlayPaused': {
      const { positionMs, at } = event.data;
      return { ...reported, segments: segmentsAt(state, positionMs, at), hearing: null, positionMs };
    }
    case 'PlayResumed': {
      const { positionMs, at } = event.data;
      return { ...reported, hearing: state.hearing ?? { fromMs: positionMs, since: at }, positionMs };
    }
    case 'PlayProgressed':
      return { ...reported, positionMs: event.data.positionMs };
    case 'PlayStopped':
      return { status: 'over', started: state.started, stopped: event.data, reports: [] };
  }
};

const live = (event: PlayStarted): LivePlay => ({
  status: 'live',
  started: event.data,
  segments: [],
  hearing: { fromMs: event.data.positionMs, since: event.data.startedAt },
  positionMs: event.data.positionMs,
  lastAt: event.data.startedAt,
  timing: reportTimingOf(event.data),
  last: event,
  reports: 1,
});

const reportIn = ({ data }: PlayReported): LateReport => ({
  deviceId: data.reportedBy,
  deviceSeq: data.deviceSeq,
  segments: data.segments,
  contentHash: data.contentHash,
  at: data.at,
  muted: data.muted,
  caseId: data.caseId,
  ...reportTimingOf(data),
});

/** What was heard of a play in all, live and by the reports that stand (R1, R15), and when it was over. */
export const knownOf = ({
  stopped,
  reports,
}: Pick<PlayOver, 'stopped' | 'reports'>): { readonly heard: Heard; readonly endedAt: number } => {
  const standing = standingReports(reports, stopped.durationMs);
  const segments = [stopped, ...standing].flatMap((part) => part.segments);
  return {
    heard: heardIn(segments, stopped.durationMs),
    endedAt: standing.reduce((end, { at }) => Math.max(end, at), stopped.at),
  };
};

const reportTimingOf = ({ receivedAt, clockOffsetMs }: ReportTiming): ReportTiming => ({
  receivedAt,
  clockOffsetMs,
});

/** Everything heard when the listener has come to `positionMs` at the instant `at`. */
export const segmentsAt = (play: LivePlay, positionMs: number, at: number): readonly Segment[] => {
  if (!play.hearing) return play.segments;
  const { fromMs, since } = play.hearing;
  return followedBy(play.segments, {
    fromMs,
    toMs: Math.max(fromMs, positionMs),
    wallMs: Math.max(0, at - since),
  });
};

/** A stretch that goes on where the last one ended is the same stretch: R1's sums stay what they are. */
const followedBy = (segments: readonly Segment[], next: Segment): readonly Segment[] => {
  if (next.fromMs === next.toMs && next.wallMs === 0) return segments;
  const before = segments.at(-1);
  if (before?.toMs !== next.fromMs) return [...segments, next];
  const joined = { fromMs: before.fromMs, toMs: next.toMs, wallMs: before.wallMs + next.wallMs };
  return [...segments.slice(0, -1), joined];
};
