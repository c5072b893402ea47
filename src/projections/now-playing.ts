import type { PlayEvent } from '../domain/playback/events.js';
import type { Projection } from './projection.js';

/** A play that is under way. */
export type NowPlaying = {
  readonly playId: string;
  readonly listenerId: string;
  readonly trackId: string;
  readonly durationMs: number | null;
  readonly deviceId: string;
  readonly status: 'playing' | 'paused';
  /** Where the listener was at `lastReportedAt`. */
  readonly positionMs: number;
  readonly startedAt: number;
  readonly lastReportedAt: number;
};

/** One document for each play between its start and its stop. */
export const nowPlaying: Projection<PlayEvent, NowPlaying> = {
  name: 'now-playing',
  version: 1,
  kind: 'reading',
  handles: ['PlayStarted', 'PlaySeeked', 'PlayPaused', 'PlayResumed', 'PlayProgressed', 'PlayStopped'],
  fields: { listenerId: 'text', status: 'text', lastReportedAt: 'integer' },
  indexes: [
    ['listenerId', 'lastReportedAt'],
    ['status', 'lastReportedAt'],
  ],
  // An imported play is recorded whole, long after it was heard: it never was playing now.
  keysOf: (event) => ('mode' in event.data && event.data.mode === 'import' ? [] : [event.streamId]),
  apply: (document, { type, data }, playId) => {
    if (type === 'PlayStarted') return { put: started(playId, data) };
    if (!document) return 'keep';
    switch (type) {
      case 'PlaySeeked':
        return { put: { ...document, positionMs: data.toMs, lastReportedAt: data.at } };
      case 'PlayPaused':
        return {
          put: { ...document, status: 'paused', positionMs: data.positionMs, lastReportedAt: data.at },
        };
      case 'PlayResumed':
        return {
          put: { ...document, status: 'playing', positionMs: data.positionMs, lastReportedAt: data.at },
        };
      case 'PlayProgressed':
        return { put: { ...document, positionMs: data.positionMs, lastReportedAt: data.at } };
      case 'PlayStopped':
        return 'drop';
    }
  },
};

const started = (
  playId: string,
  {
    listenerId,
    trackId,
    durationMs,
    deviceId,
    positionMs,
    startedAt,
  }: Extract<PlayEvent, { type: 'PlayStarted' }>['data'],
): NowPlaying => ({
  playId,
  listenerId,
  trackId,
  durationMs,
  deviceId,
  status: 'playing',
  positionMs,
  startedAt,
  lastReportedAt: startedAt,
});
