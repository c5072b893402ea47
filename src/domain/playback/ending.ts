import { heardIn } from '../shared/listening/segments.js';
import type { PlayFacts, PlayStopped, ReportTiming } from './events.js';
import { type LivePlay, segmentsAt } from './state.js';

type Ending = ReportTiming & Pick<PlayStopped['data'], 'reason' | 'positionMs' | 'at' | 'muted'>;

/** The end of a play that was reported live. */
export const end = (play: LivePlay, ending: Ending): PlayStopped => {
  const { positionMs: _start, receivedAt: _then, clockOffsetMs: _itsClock, ...facts } = play.started;
  return stop(facts, { ...ending, segments: segmentsAt(play, ending.positionMs, ending.at) });
};

/** The end of a live play at its last report: what came after, if anything, nobody has told live. */
export const endWhereItWas = (play: LivePlay, reason: 'silence' | 'reported'): PlayStopped =>
  end(play, { reason, positionMs: play.positionMs, at: play.lastAt, muted: false, ...play.timing });

/** An end with its summary (R1). */
export const stop = (
  facts: PlayFacts,
  ending: Ending & Pick<PlayStopped['data'], 'segments'>,
): PlayStopped => ({
  type: 'PlayStopped',
  data: { ...ending, ...heardIn(ending.segments, facts.durationMs), ...facts },
});
