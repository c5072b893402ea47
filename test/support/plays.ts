import type { PlayStarted, PlayStopped } from '../../src/domain/playback/events.js';
import { heardIn } from '../../src/domain/shared/segments.js';
import type { Placed } from './projection-spec.js';

/** 2026-10-01T00:00:00Z. */
export const OCTOBER = 1_790_812_800_000;

type Facts = Omit<PlayStarted['data'], 'positionMs'>;

export const FACTS: Facts = {
  listenerId: 'ada',
  trackId: 'track-1',
  durationMs: 200_000,
  territory: 'DE',
  offering: 'premium',
  deviceId: 'phone',
  mode: 'online',
  startedAt: OCTOBER,
};

export const playStarted = (playId: string, over: Partial<Facts> = {}): Placed & PlayStarted => ({
  stream: `play-${playId}`,
  type: 'PlayStarted',
  data: { ...FACTS, ...over, positionMs: 0 },
});

/** A play that is over after `listenedMs` from the start of the track. */
export const playStopped = (
  playId: string,
  listenedMs: number,
  over: Partial<Facts> = {},
): Placed & PlayStopped => {
  const facts = { ...FACTS, ...over };
  const segments = listenedMs === 0 ? [] : [{ fromMs: 0, toMs: listenedMs, wallMs: listenedMs }];
  return {
    stream: `play-${playId}`,
    type: 'PlayStopped',
    data: {
      ...facts,
      ...heardIn(segments, facts.durationMs),
      reason: facts.mode === 'import' ? 'import' : 'stopped',
      positionMs: listenedMs,
      at: facts.startedAt + listenedMs,
      segments,
    },
  };
};
