import type { PlayReported, PlayStopped } from '../../domain/playback/events.js';
import { DEFAULT_COUNTING, thresholdCreditPpm } from '../../domain/royalty/rules/counting.js';
import type { Heard } from '../../domain/shared/listening/segments.js';
import type { Projection } from '../projection.js';
import { heardChange } from '../../domain/playback/heard-change.js';
import { addMs } from '../totals.js';

/** All-time play counts of a track. */
export type PlayCount = {
  readonly trackId: string;
  /** All finished plays, however short. */
  readonly plays: number;
  /** Plays that count (R2). */
  readonly counted: number;
  /** Milliseconds as a decimal string: the sum may exceed 2^53. */
  readonly playedMs: string;
  /** As `playedMs`, with each part of the track counted once per play. */
  readonly uniqueMs: string;
};

const NONE = { plays: 0, counted: 0, playedMs: '0', uniqueMs: '0' };

/** One document per track that was played. */
export const playCounts: Projection<PlayStopped | PlayReported, PlayCount> = {
  name: 'play-counts',
  version: 2,
  kind: 'reading',
  handles: ['PlayStopped', 'PlayReported'],
  fields: { plays: 'integer', counted: 'integer' },
  indexes: [['plays'], ['counted']],
  keysOf: (event) => [event.data.trackId],
  apply: (document = { trackId: '', ...NONE }, event, trackId) => {
    const { before, after } = heardChange(event);
    const counts = (heard: Heard) =>
      thresholdCreditPpm(DEFAULT_COUNTING, heard, event.data.durationMs) > 0 ? 1 : 0;
    return {
      put: {
        trackId,
        plays: document.plays + (event.type === 'PlayStopped' ? 1 : 0),
        counted: document.counted + counts(after) - counts(before),
        playedMs: addMs(document.playedMs, after.playedMs - before.playedMs),
        uniqueMs: addMs(document.uniqueMs, after.uniqueMs - before.uniqueMs),
      },
    };
  },
};
