import type { PlayMode, PlayStopped, StopReason } from '../domain/playback/events.js';
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
export const listeningHistory: Projection<PlayStopped, HistoryEntry> = {
  name: 'listening-history',
  version: 1,
  kind: 'reading',
  handles: ['PlayStopped'],
  fields: { listenerId: 'text', startedAt: 'integer' },
  indexes: [['listenerId', 'startedAt']],
  keysOf: (event) => [event.streamId],
  isBornWhole: true,
  apply: (_document, { data }, playId) => {
    const { listenerId, trackId, startedAt, at, playedMs, uniqueMs, deviceId, mode, reason } = data;
    return {
      put: {
        playId,
        listenerId,
        trackId,
        startedAt,
        endedAt: at,
        playedMs,
        uniqueMs,
        deviceId,
        mode,
        reason,
      },
    };
  },
};
