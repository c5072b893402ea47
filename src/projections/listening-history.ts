import type { PlayMode, PlayReported, PlayStopped, StopReason } from '../domain/playback/events.js';
import type { Projection } from './projection.js';

/** A play that is over, as its listener sees it. */
export type HistoryEntry = {
  readonly playId: string;
  readonly listenerId: string;
  readonly trackId: string;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly playedMs: number;
  readonly uniqueMs: number;
  readonly deviceId: string;
  readonly mode: PlayMode;
  readonly reason: StopReason;
};

/** One document for each play that is over; by listener, newest first. */
export const listeningHistory: Projection<PlayStopped | PlayReported, HistoryEntry> = {
  name: 'listening-history',
  version: 2,
  kind: 'reading',
  handles: ['PlayStopped', 'PlayReported'],
  fields: { listenerId: 'text', startedAt: 'integer' },
  indexes: [['listenerId', 'startedAt']],
  keysOf: (event) => [event.streamId],
  isBornWhole: true,
  apply: (_document, event, playId) => {
    const { listenerId, trackId, startedAt, deviceId, mode } = event.data;
    const facts = { playId, listenerId, trackId, startedAt, deviceId, mode };
    return { put: { ...facts, ...(event.type === 'PlayStopped' ? live(event) : inAll(event)) } };
  },
};

const live = ({ data: { at: endedAt, playedMs, uniqueMs, reason } }: PlayStopped) => ({
  endedAt,
  playedMs,
  uniqueMs,
  reason,
});

const inAll = ({ data: { endedAt, after } }: PlayReported) => ({
  endedAt,
  playedMs: after.playedMs,
  uniqueMs: after.uniqueMs,
  reason: 'reported' as const,
});
