import type { PlayEvent, PlayReported } from '../../domain/playback/events.js';
import type { Projection } from '../projection.js';

/** A live play. */
export type NowPlaying = {
  readonly playId: string;
  readonly listenerId: string;
  readonly trackId: string;
  readonly durationMs: number | null;
  readonly deviceId: string;
  readonly status: 'playing' | 'paused';
  /** Position at `lastReportedAt`. */
  readonly positionMs: number;
  readonly startedAt: number;
  readonly lastReportedAt: number;
  /** When the service received the last report. */
  readonly lastReceivedAt: number;
};

/** One document per play between its start and its stop. */
export const nowPlaying: Projection<Exclude<PlayEvent, PlayReported>, NowPlaying> = {
  name: 'now-playing',
  version: 2,
  kind: 'reading',
  handles: ['PlayStarted', 'PlaySeeked', 'PlayPaused', 'PlayResumed', 'PlayProgressed', 'PlayStopped'],
  fields: { listenerId: 'text', status: 'text', lastReportedAt: 'integer', lastReceivedAt: 'integer' },
  indexes: [
    ['listenerId', 'lastReportedAt'],
    ['status', 'lastReceivedAt'],
  ],
  // An imported play is recorded after its end, so it was never live here.
  keysOf: (event) => ('mode' in event.data && event.data.mode === 'import' ? [] : [event.streamId]),
  apply: (document, { type, data }, playId) => {
    if (type === 'PlayStarted') return { put: started(playId, data) };
    if (!document) return 'keep';
    if (type === 'PlayStopped') return 'drop';
    const reported = { ...document, lastReportedAt: data.at, lastReceivedAt: data.receivedAt };
    switch (type) {
      case 'PlaySeeked':
        return { put: { ...reported, positionMs: data.toMs } };
      case 'PlayPaused':
        return { put: { ...reported, status: 'paused', positionMs: data.positionMs } };
      case 'PlayResumed':
        return { put: { ...reported, status: 'playing', positionMs: data.positionMs } };
      case 'PlayProgressed':
        return { put: { ...reported, positionMs: data.positionMs } };
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
    receivedAt,
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
  lastReceivedAt: receivedAt,
});
