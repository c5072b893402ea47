import { DAY_MS } from '../civil-date.js';

/** A day: longest recording, last position in one of unknown length, longest segment. Keeps all sums below 2^53. */
export const MEDIA_MS_MAX = DAY_MS;

/**
 * Longest time from the start of a play to its end. Plays that started this long before a month are read too, because
 * they may reach into it (R16).
 */
export const PLAY_SPAN_MS_MAX = 2 * DAY_MS;

/** A part of the track that was heard without a jump: the media interval `[fromMs, toMs)` and the time it took. */
export type Segment = {
  /** Position in the track, from 0. */
  readonly fromMs: number;
  /** Not below `fromMs`. */
  readonly toMs: number;
  /** Wall-clock time while the player was rendering, without pauses. */
  readonly wallMs: number;
};

/** The totals of the segments heard of a track (R1). */
export type Heard = {
  /** All segments, as often as they were heard. */
  readonly playedMs: number;
  /** Each part of the track once, however often it was heard. At most `playedMs` and the track's length. */
  readonly uniqueMs: number;
  readonly wallMs: number;
};

/** The total that a rule counts. */
export type Measure = 'unique' | 'played';

/** Totals segments (R1). They are clipped to the track's length; `durationMs` is null when that is not known. */
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

/** The counted listening time (R1): at most the wall-clock time, so that fast playback counts no more than that. */
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
