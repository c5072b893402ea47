import { hash } from 'node:crypto';
import { type EventStore, type NewEvent, NO_STREAM } from '../../src/application/ports/event-store.js';
import { isRejection } from '../../src/domain/decider.js';
import type { PlayEvent } from '../../src/domain/playback/events.js';
import { play, type PlayCommand } from '../../src/domain/playback/play.js';
import { ZodEventSchemas } from '../../src/infrastructure/events/zod-event-schemas.js';
import { UuidIds } from '../../src/infrastructure/identity/uuid-ids.js';
import { seeded, zipf } from './zipf.js';

/** Each play: start, two seeks, stop. */
export const EVENTS_PER_PLAY = 4;

/** Distribution of plays: over many listeners and tracks, or one listener who plays one track. */
export type Spread = 'spread' | 'hot';

const TRACKS = 5_000;
const LISTENERS = 2_000;
const TERRITORIES = ['DE', 'AT', 'CH', 'FR', 'BR', 'JP'] as const;
const OFFERINGS = ['premium', 'free'] as const;
const FROM = Date.UTC(2026, 0, 1);
/** About a thousand plays an hour: a log of 100,000 events reaches over a month's end. */
const BETWEEN_MS = 3_600;
const SEED = 20_260_101;
const IN_FLIGHT = 64;

/** Received at the time of the event. */
const now = (at: number) => ({ at, receivedAt: at });

/** Fills an empty log with about `events` events of whole plays; the same arguments give the same plays. */
export const fillWithPlays = async (log: EventStore, events: number, spread: Spread): Promise<number> => {
  const next = plays(spread);
  const count = Math.max(1, Math.floor(events / EVENTS_PER_PLAY));
  let made = 0;
  const writer = async (): Promise<void> => {
    while (made < count) {
      made += 1;
      const { stream, events } = next();
      await log.append(stream, NO_STREAM, events);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, writer));
  return count * EVENTS_PER_PLAY;
};

type Play = { readonly stream: string; readonly events: readonly NewEvent[] };

const plays = (spread: Spread): (() => Play) => {
  const random = seeded(SEED);
  const track = zipf(TRACKS, random);
  const one = (size: number) => (spread === 'hot' ? 0 : Math.floor(random() * size));
  const ids = new UuidIds();
  const schemas = new ZodEventSchemas();
  const trackIds = Array.from({ length: TRACKS }, (_, n) => ids.derived('track', n));
  const listenerIds = Array.from({ length: LISTENERS }, (_, n) => ids.derived('listener', n));
  let made = 0;

  return () => {
    made += 1;
    const playId = ids.derived('play', made);
    const listenerId = listenerIds[one(LISTENERS)]!;
    const startedAt = FROM + made * BETWEEN_MS;
    const durationMs = 180_000;
    const heardMs = Math.floor(random() * 100_000);
    const facts = {
      listenerId,
      trackId: trackIds[spread === 'hot' ? 0 : track()]!,
      durationMs,
      territory: TERRITORIES[one(TERRITORIES.length)]!,
      offering: OFFERINGS[one(OFFERINGS.length)]!,
      deviceId: `device-${listenerId}`,
      mode: 'online' as const,
      source: 'unknown' as const,
      startedAt,
    };
    const events = decided(
      { type: 'StartPlay', data: { ...facts, receivedAt: startedAt, positionMs: 0 } },
      { type: 'SeekPlay', data: { listenerId, fromMs: 10_000, toMs: 70_000, ...now(startedAt + 10_000) } },
      { type: 'SeekPlay', data: { listenerId, fromMs: 80_000, toMs: 40_000, ...now(startedAt + 20_000) } },
      {
        type: 'StopPlay',
        data: {
          listenerId,
          positionMs: 40_000 + heardMs,
          reason: 'stopped',
          muted: false,
          ...now(startedAt + 20_000 + heardMs),
        },
      },
    );
    return {
      stream: `play-${playId}`,
      events: events.map(({ type, data }, n) => ({
        id: ids.derived(playId, n),
        type,
        data,
        metadata: {
          commandId: ids.derived(playId, n, 'command'),
          commandHash: hash('sha256', playId),
          actor: `listener:${listenerId}`,
          at: startedAt,
          schema: schemas.versionFor(type, data),
        },
      })),
    };
  };
};

/** The events of the commands on a new play. */
const decided = (...commands: readonly PlayCommand[]): readonly PlayEvent[] => {
  const events: PlayEvent[] = [];
  let state = play.initial;
  for (const command of commands) {
    const outcome = play.decide(command, state);
    if (isRejection(outcome)) throw new Error(`${command.type}: ${outcome.detail}`);
    events.push(...outcome);
    state = outcome.reduce(play.evolve, state);
  }
  return events;
};
