import type { PlayMode, PlayStopped } from '../domain/playback/events.js';
import { periodIdOf } from '../domain/royalty/period-id.js';
import { type Month, monthOf } from '../domain/shared/calendar.js';
import type { PlaySource } from '../domain/shared/play-source.js';
import type { Segment } from '../domain/shared/segments.js';
import type { Projection } from './projection.js';

/** A play that is over, with all that royalties need of it. One event makes one document, so that it never changes. */
export type RoyaltyPlay = {
  readonly playId: string;
  /** Of its event in the log, a decimal string: the play is known as of this position and not before. */
  readonly position: string;
  /** `<offering>.<territory>.<month>`. */
  readonly period: string;
  /** UTC month in which the play started. */
  readonly month: Month;
  readonly offering: string;
  readonly territory: string;
  readonly listenerId: string;
  readonly trackId: string;
  readonly startedAt: number;
  readonly endedAt: number;
  /** When the service had all of it; null for an imported one. */
  readonly receivedAt: number | null;
  /** Null when the track's length was not known. */
  readonly durationMs: number | null;
  readonly playedMs: number;
  readonly uniqueMs: number;
  readonly wallMs: number;
  /** Its stretches as text, since millions are read for one that is looked into: `segmentsOf` tells them. */
  readonly heard: string;
  readonly muted: boolean;
  readonly mode: PlayMode;
  readonly source: PlaySource;
  readonly deviceId: string;
};

/** Instants in a key have as many digits, so that the order of text is the order of time. */
const INSTANT_DIGITS = 16;

/** What the keys of a period's plays begin with: they are in order of (listener, start, play), as it is settled (R19). */
export const keyPrefixOf = (periodId: string): string => `${periodId} `;

/** A blank comes before everything that an id may hold, so that ids of any length are in their own order. */
const keyOf = (periodId: string, listenerId: string, startedAt: number, playId: string): string =>
  `${keyPrefixOf(periodId)}${listenerId} ${String(startedAt).padStart(INSTANT_DIGITS, '0')} ${playId}`;

/** One document for each play that is over: by period and listener (its key), by listener, by period and track. */
export const royaltyPlays: Projection<PlayStopped, RoyaltyPlay> = {
  name: 'royalty-plays',
  version: 5,
  kind: 'money',
  handles: ['PlayStopped'],
  fields: { period: 'text', month: 'text', listenerId: 'text', trackId: 'text', startedAt: 'integer' },
  indexes: [
    ['listenerId', 'month', 'period', 'startedAt'],
    ['period', 'trackId', 'startedAt'],
  ],
  keysOf: ({ streamId, data }) => [keyOf(periodOf(data), data.listenerId, data.startedAt, streamId)],
  // A play ends once.
  isBornWhole: true,
  apply: (_document, { data, position, streamId }) => {
    const { offering, territory, startedAt } = data;
    return {
      put: {
        playId: streamId,
        position: position.toString(),
        period: periodOf(data),
        month: monthOf(startedAt),
        offering,
        territory,
        listenerId: data.listenerId,
        trackId: data.trackId,
        startedAt,
        endedAt: data.at,
        receivedAt: data.mode === 'import' ? null : data.receivedAt,
        durationMs: data.durationMs,
        playedMs: data.playedMs,
        uniqueMs: data.uniqueMs,
        wallMs: data.wallMs,
        heard: data.segments.map(({ fromMs, toMs, wallMs }) => `${fromMs} ${toMs} ${wallMs}`).join(' '),
        muted: data.muted,
        mode: data.mode,
        source: data.source,
        deviceId: data.deviceId,
      },
    };
  },
};

const periodOf = ({ offering, territory, startedAt }: PlayStopped['data']): string =>
  periodIdOf({ offering, territory, month: monthOf(startedAt) });

/** What was heard, as reported, in the order heard. */
export const segmentsOf = ({ heard }: Pick<RoyaltyPlay, 'heard'>): readonly Segment[] => {
  const numbers = heard === '' ? [] : heard.split(' ').map(Number);
  return Array.from({ length: numbers.length / 3 }, (_, n) => {
    const [fromMs = 0, toMs = 0, wallMs = 0] = numbers.slice(3 * n, 3 * n + 3);
    return { fromMs, toMs, wallMs };
  });
};
