import { DAY_MS } from '../civil-date.js';

/** Longest recording, last position in one of unknown length, longest stretch: a day. Keeps all sums below 2^53. */
export const MEDIA_MS_MAX = DAY_MS;

/**
 * How long after its start a device may say that a play went on: plays that began before a month are looked at for as
 * long, for what reaches into it (R16).
 */
export const PLAY_SPAN_MS_MAX = 2 * DAY_MS;

/** A stretch of the track, heard without a jump: the media interval `[fromMs, toMs)` and the time it took to hear. */
export type Segment = {
  /** Position in the track, from 0. */
  readonly fromMs: number;
  /** Not below `fromMs`. */
  readonly toMs: number;
  /** Time on the clock while the player was rendering; pauses cost nothing. */
  readonly wallMs: number;
};

/** What was heard of a track (R1). */
export type Heard = {
  /** Every stretch, as often as it was heard. */
  readonly playedMs: number;
  /** Every instant of the track once, however often it was heard. Not above `playedMs` nor the track's length. */
  readonly uniqueMs: number;
  readonly wallMs: number;
};

/** Which of the two a rule counts. */
export type Measure = 'unique' | 'played';

/** R1: the intervals are clipped to the track when its length is known (`durationMs` is null when it is not). */
export const heardIn = (segments: readonly Segment[], durationMs: number | null): Heard => {
  const end = durationMs ?? Number.MAX_SAFE_INTEGER;
  let playedMs = 0;
  let wallMs = 0;
  for (const { fromMs, toMs, wallMs: wall } of segments) {
    playedMs += Math.max(0, Math.min(toMs, end) - Math.max(0, fromMs));
    wallMs += wall;
  }
  return { playedMs, uniqueMs: segments.length === 1 ? playedMs : unionMs(segments, end), wallMs };
};

/** R1: media that moved faster than the clock counts no more than the clock. */
export const listenedMs = (heard: Heard, measure: Measure): number =>
  Math.min(measure === 'unique' ? heard.uniqueMs : heard.playedMs, heard.wallMs);

const unionMs = (segments: readonly Segment[], end: number): number => {
  const byStart = [...segments].sort((a, b) => a.fromMs - b.fromMs);
  let total = 0;
  let coveredTo = 0;
  for (const { fromMs, toMs } of byStart) {
    const from = Math.max(coveredTo, fromMs);
    const to = Math.min(toMs, end);
    if (to <= from) continue;
    total += to - from;
    coveredTo = to;
  }
  return total;
};
