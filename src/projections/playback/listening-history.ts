import type { PlayFacts, PlayReported, PlayStopped, StopReason } from '../../domain/playback/events.js';
import { INSTANT_DIGITS, instantInKey } from '../instant-in-key.js';
import type { Projection } from '../projection.js';

/** A play that is over, as its listener sees it. */
export type HistoryEntry = HistoryDocument & {
  readonly playId: string;
  readonly listenerId: string;
  readonly startedAt: number;
};

/** What is stored of one: the rest is in its key. */
export type HistoryDocument = Pick<PlayFacts, 'trackId' | 'deviceId' | 'mode'> & {
  readonly endedAt: number;
  readonly playedMs: number;
  readonly uniqueMs: number;
  readonly reason: StopReason;
};

/** What the keys of a listener's plays begin with: they are in order of (start, play). */
export const historyPrefixOf = (listenerId: string): string => `${listenerId} `;

/** One document for each play that is over; by listener and start, its key. */
export const listeningHistory: Projection<PlayStopped | PlayReported, HistoryDocument> = {
  name: 'listening-history',
  version: 3,
  kind: 'reading',
  handles: ['PlayStopped', 'PlayReported'],
  fields: {},
  indexes: [],
  // A play that is told again later keeps its listener and its start.
  keysOf: ({ streamId, data: { listenerId, startedAt } }) => [
    `${historyPrefixOf(listenerId)}${instantInKey(startedAt)} ${streamId}`,
  ],
  isBornWhole: true,
  apply: (_document, event) => {
    const { trackId, deviceId, mode } = event.data;
    return {
      put: { trackId, deviceId, mode, ...(event.type === 'PlayStopped' ? live(event) : inAll(event)) },
    };
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

/** Entries of one listener from keys and documents, in their order. */
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
