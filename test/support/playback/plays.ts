import type { DeliveriesObserved, ObservedDelivery } from '../../../src/domain/audio/delivery-batch.js';
import type {
  PlayFacts,
  PlayStarted,
  PlayStopped,
  ReportTiming,
} from '../../../src/domain/playback/events.js';
import { heardIn } from '../../../src/domain/shared/listening/segments.js';
import type { Placed } from '../specs/projection-spec.js';

/** 2026-10-01T00:00:00Z. */
export const OCTOBER = 1_790_812_800_000;

export const FACTS: PlayFacts = {
  listenerId: 'ada',
  trackId: 'track-1',
  durationMs: 200_000,
  territory: 'DE',
  offering: 'premium',
  deviceId: 'phone',
  mode: 'online',
  source: 'unknown',
  startedAt: OCTOBER,
};

/** Overrides. `receivedAt` defaults to the time of the event. */
type Overrides = Partial<PlayFacts & ReportTiming & { readonly muted: boolean }>;

export const playStarted = (playId: string, over: Overrides = {}): Placed & PlayStarted => ({
  stream: `play-${playId}`,
  type: 'PlayStarted',
  data: { ...FACTS, receivedAt: over.startedAt ?? OCTOBER, clockOffsetMs: 0, ...over, positionMs: 0 },
});

/** A play that started at the beginning of the track and stopped after `listenedMs`. */
export const playStopped = (
  playId: string,
  listenedMs: number,
  over: Overrides = {},
): Placed & PlayStopped => {
  const { muted = false, ...rest } = over;
  const facts = { ...FACTS, ...rest };
  const segments = listenedMs === 0 ? [] : [{ fromMs: 0, toMs: listenedMs, wallMs: listenedMs }];
  return {
    stream: `play-${playId}`,
    type: 'PlayStopped',
    data: {
      ...facts,
      ...heardIn(segments, facts.durationMs),
      reason: facts.mode === 'import' ? 'import' : 'stopped',
      positionMs: listenedMs,
      muted,
      at: facts.startedAt + listenedMs,
      receivedAt: over.receivedAt ?? facts.startedAt + listenedMs,
      clockOffsetMs: over.clockOffsetMs ?? 0,
      segments,
    },
  };
};

/** A batch of deliveries; each defaults to the whole track, sent to the phone when the play starts. */
export const delivered = (
  batchId: string,
  ...over: readonly Partial<ObservedDelivery>[]
): Placed & DeliveriesObserved => {
  const { listenerId, deviceId, trackId } = FACTS;
  const whole = { listenerId, deviceId, trackId, fromMs: 0, toMs: 200_000, at: OCTOBER };
  return {
    stream: `delivery-${batchId}`,
    type: 'DeliveriesObserved',
    data: { deliveries: over.map((one) => ({ ...whole, ...one })), at: OCTOBER },
  };
};
