import { type NumberedReport, standingReports } from '../shared/listening/numbered-reports.js';
import { type Heard, heardIn, type Segment } from '../shared/listening/segments.js';
import type { PlayEvent, PlayReported, PlayStarted, PlayStopped, ReportTiming } from './events.js';

/** A play, folded from its events. */
export type PlayState = { readonly status: 'unknown' } | LivePlay | PlayOver;

/** A play without further live reports. Numbered reports may still be added. */
export type PlayOver = {
  readonly status: 'over';
  readonly started: PlayStarted['data'];
  readonly stopped: PlayStopped['data'];
  /** In arrival order. */
  readonly reports: readonly LateReport[];
};

export type LateReport = NumberedReport &
  Pick<PlayReported['data'], 'at' | 'muted' | 'caseId' | keyof ReportTiming>;

export type LivePlay = {
  readonly status: 'live';
  readonly started: PlayStarted['data'];
  /** Segments before the open one, in the order heard. */
  readonly segments: readonly Segment[];
  /** Where and when the segment now playing began; null while the play is paused. */
  readonly openSegment: { readonly fromMs: number; readonly since: number } | null;
  /** Last reported position, and its time. */
  readonly positionMs: number;
  readonly lastAt: number;
  /** Timing of the last report. */
  readonly timing: ReportTiming;
  /** The last event, to recognise a report that repeats it. */
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
        openSegment: state.openSegment && { fromMs: toMs, since: at },
        positionMs: toMs,
      };
    }
    case 'PlayPaused': {
      const { positionMs, at } = event.data;
      return { ...reported, segments: segmentsAt(state, positionMs, at), openSegment: null, positionMs };
    }
    case 'PlayResumed': {
      const { positionMs, at } = event.data;
      return { ...reported, openSegment: state.openSegment ?? { fromMs: positionMs, since: at }, positionMs };
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
  openSegment: { fromMs: event.data.positionMs, since: event.data.startedAt },
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

/** The totals of a play (R1) over its live segments and the reports that count (R15), and the time of its end. */
export const summaryOf = ({
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

/** All segments of a play whose listener has reached `positionMs` at the instant `at`. */
export const segmentsAt = (play: LivePlay, positionMs: number, at: number): readonly Segment[] => {
  if (!play.openSegment) return play.segments;
  const { fromMs, since } = play.openSegment;
  return followedBy(play.segments, {
    fromMs,
    toMs: Math.max(fromMs, positionMs),
    wallMs: Math.max(0, at - since),
  });
};

/** Joins a segment that begins where the last one ended to that one. The sums of R1 stay the same. */
const followedBy = (segments: readonly Segment[], next: Segment): readonly Segment[] => {
  if (next.fromMs === next.toMs && next.wallMs === 0) return segments;
  const before = segments.at(-1);
  if (before?.toMs !== next.fromMs) return [...segments, next];
  const joined = { fromMs: before.fromMs, toMs: next.toMs, wallMs: before.wallMs + next.wallMs };
  return [...segments.slice(0, -1), joined];
};
