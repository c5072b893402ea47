import { heardIn } from '../shared/listening/segments.js';
import type { PlayFacts, PlayStopped, ReportTiming } from './events.js';
import { type LivePlay, segmentsAt } from './state.js';

type Stop = ReportTiming & Pick<PlayStopped['data'], 'reason' | 'positionMs' | 'at' | 'muted'>;

/** Stops a live play. */
export const stopLive = (play: LivePlay, stop: Stop): PlayStopped => {
  const { positionMs: _start, receivedAt: _received, clockOffsetMs: _offset, ...facts } = play.started;
  return playStopped(facts, { ...stop, segments: segmentsAt(play, stop.positionMs, stop.at) });
};

/** Stops a live play at its last live report. */
export const stopAtLastReport = (play: LivePlay, reason: 'silence' | 'reported'): PlayStopped =>
  stopLive(play, { reason, positionMs: play.positionMs, at: play.lastAt, muted: false, ...play.timing });

/** The event that stops a play, with the totals of its segments (R1). */
export const playStopped = (
  facts: PlayFacts,
  stop: Stop & Pick<PlayStopped['data'], 'segments'>,
): PlayStopped => ({
  type: 'PlayStopped',
  data: { ...stop, ...heardIn(stop.segments, facts.durationMs), ...facts },
});
