import type { PlayFacts, PlayReported, PlayStopped, StopReason } from '../../domain/playback/events.js';
import { INSTANT_DIGITS, instantInKey } from '../instant-in-key.js';
import type { Projection } from '../projection.js';

/** A finished play in a listener's history. */
export type HistoryEntry = HistoryDocument & {
  readonly playId: string;
  readonly listenerId: string;
  readonly startedAt: number;
};

/** The stored part of an entry. The key holds the rest. */
export type HistoryDocument = Pick<PlayFacts, 'trackId' | 'deviceId' | 'mode'> & {
  readonly endedAt: number;
  readonly playedMs: number;
  readonly uniqueMs: number;
  readonly reason: StopReason;
};

/** Common prefix of the keys of a listener's plays. The keys are ordered by start, then play. */
export const historyPrefixOf = (listenerId: string): string => `${listenerId} `;

/** One document per finished play; the key is listener, start and play. */
export const listeningHistory: Projection<PlayStopped | PlayReported, HistoryDocument> = {
  name: 'listening-history',
  version: 3,
  kind: 'reading',
  handles: ['PlayStopped', 'PlayReported'],
  fields: {},
  indexes: [],
  // Numbered reports do not change a play's listener and start, so the key is stable.
  keysOf: ({ streamId, data: { listenerId, startedAt } }) => [
    `${historyPrefixOf(listenerId)}${instantInKey(startedAt)} ${streamId}`,
  ],
  isBornWhole: true,
  apply: (_document, event) => {
    const { trackId, deviceId, mode } = event.data;
    return {
      put: {
        trackId,
        deviceId,
        mode,
        ...(event.type === 'PlayStopped' ? fromStop(event) : fromReport(event)),
      },
    };
  },
};

const fromStop = ({ data: { at: endedAt, playedMs, uniqueMs, reason } }: PlayStopped) => ({
  endedAt,
  playedMs,
  uniqueMs,
  reason,
});

const fromReport = ({ data: { endedAt, after } }: PlayReported) => ({
  endedAt,
  playedMs: after.playedMs,
  uniqueMs: after.uniqueMs,
  reason: 'reported' as const,
});

/** Combines keys and documents into entries of a listener, in the given order. */
export const historyOf = (
  listenerId: string,
  keys: readonly string[],
  documents: readonly HistoryDocument[],
): readonly HistoryEntry[] => {
  const start = historyPrefixOf(listenerId).length;
  return documents.map((document, i) => {
    const key = keys[i] ?? '';
    const startedAt = Number(key.slice(start, start + INSTANT_DIGITS));
    return { playId: key.slice(start + INSTANT_DIGITS + 1), listenerId, startedAt, ...document };
  });
};
