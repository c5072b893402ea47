import type { PlayStopped } from '../../domain/playback/events.js';
import type { PeriodPlay } from '../../domain/royalty/counting/usage-rules.js';
import { periodIdOf } from '../../domain/royalty/periods/period-id.js';
import { type Month, monthOf } from '../../domain/shared/calendar.js';
import type { PlaySource } from '../../domain/shared/listening/play-source.js';
import type { Segment } from '../../domain/shared/listening/segments.js';
import { INSTANT_DIGITS, instantInKey } from '../instant-in-key.js';
import type { Projection } from '../projection.js';

/**
 * A finished play, without the fields that are in its key. Instants are milliseconds after the start. Each document
 * comes from one event and never changes. Kept small, because a settlement reads millions of them.
 */
export type PlayDocument = {
  readonly trackId: string;
  readonly deviceId: string;
  readonly source: PlaySource;
  /** Decimal position of its event in the log. */
  readonly position: string;
  readonly endedAfterMs: number;
  /** When the service had received all of it; null for an imported play. */
  readonly receivedAfterMs: number | null;
  /** Length of the track; null while unknown. */
  readonly durationMs: number | null;
  readonly playedMs: number;
  readonly uniqueMs: number;
  readonly wallMs: number;
  /** Its segments as text, because few are ever parsed; `segmentsOf` parses it. */
  readonly heard: string;
  /** Absent: false. */
  readonly muted?: true;
};

/** A play from its key and document. */
export type RoyaltyPlay = PeriodPlay & Pick<PlayDocument, 'position' | 'heard'>;

/**
 * Prefix of the keys of a period's plays. Keys are in order of (listener, start, play), the order of settlement (R19).
 */
export const keyPrefixOf = (periodId: string): string => `${periodId} `;

/** A space sorts before every character of an id, so that ids of any length keep their order. */
const keyOf = (periodId: string, listenerId: string, startedAt: number, playId: string): string =>
  `${keyPrefixOf(periodId)}${listenerId} ${instantInKey(startedAt)} ${playId}`;

/** The `<period> <listener> ` of a key, and its end. */
type Owner = { readonly prefix: string; readonly period: string; readonly listenerId: string };

const ownerOf = (key: string): Owner => {
  const period = key.slice(0, key.indexOf(' '));
  const end = key.indexOf(' ', period.length + 1);
  return { prefix: key.slice(0, end + 1), period, listenerId: key.slice(period.length + 1, end) };
};

const startOf = (key: string, { prefix }: Owner): number =>
  Number(key.slice(prefix.length, prefix.length + INSTANT_DIGITS));

/** A period id ends with its month. */
const MONTH_CHARACTERS = 'YYYY-MM'.length;
export const monthOfPlay = ({ period }: Pick<RoyaltyPlay, 'period'>): Month =>
  period.slice(-MONTH_CHARACTERS);

/** One document for each finished play: by period and listener (its key), by listener, by period and track. */
export const royaltyPlays: Projection<PlayStopped, PlayDocument> = {
  name: 'royalty-plays',
  version: 6,
  kind: 'money',
  handles: ['PlayStopped'],
  fields: { period: 'text', month: 'text', listenerId: 'text', trackId: 'text', startedAt: 'integer' },
  indexes: [
    ['listenerId', 'month', 'period', 'startedAt'],
    ['period', 'trackId', 'startedAt'],
  ],
  keysOf: ({ streamId, data }) => [keyOf(periodOf(data), data.listenerId, data.startedAt, streamId)],
  fieldsOf: (key, { trackId }) => {
    const owner = ownerOf(key);
    const { period, listenerId } = owner;
    return { period, month: monthOfPlay(owner), listenerId, trackId, startedAt: startOf(key, owner) };
  },
  // A play ends once.
  isBornWhole: true,
  apply: (_document, { data, position }) => ({
    put: {
      trackId: data.trackId,
      deviceId: data.deviceId,
      source: data.source,
      position: position.toString(),
      endedAfterMs: data.at - data.startedAt,
      receivedAfterMs: data.mode === 'import' ? null : data.receivedAt - data.startedAt,
      durationMs: data.durationMs,
      playedMs: data.playedMs,
      uniqueMs: data.uniqueMs,
      wallMs: data.wallMs,
      heard: heardText(data.segments),
      ...(data.muted && { muted: true }),
    },
  }),
};

const periodOf = ({ offering, territory, startedAt }: PlayStopped['data']): string =>
  periodIdOf({ offering, territory, month: monthOf(startedAt) });

/** Plays from keys and documents, in order. */
export const playsOf = ({
  keys,
  documents,
}: {
  readonly keys: readonly string[];
  readonly documents: readonly PlayDocument[];
}): readonly RoyaltyPlay[] => {
  let owner: Owner | undefined;
  return documents.map((document, i) => {
    const key = keys[i] ?? '';
    // Usually the listener of the previous play.
    if (!owner || !key.startsWith(owner.prefix)) owner = ownerOf(key);
    const startedAt = startOf(key, owner);
    const { receivedAfterMs } = document;
    return {
      playId: key.slice(owner.prefix.length + INSTANT_DIGITS + 1),
      period: owner.period,
      listenerId: owner.listenerId,
      trackId: document.trackId,
      deviceId: document.deviceId,
      source: document.source,
      startedAt,
      endedAt: startedAt + document.endedAfterMs,
      receivedAt: receivedAfterMs === null ? null : startedAt + receivedAfterMs,
      durationMs: document.durationMs,
      playedMs: document.playedMs,
      uniqueMs: document.uniqueMs,
      wallMs: document.wallMs,
      muted: document.muted,
      position: document.position,
      heard: document.heard,
      track: undefined,
    };
  });
};

/** Segments as text: three numbers each, separated by spaces. `segmentsOf` parses it. */
export const heardText = (segments: readonly Segment[]): string =>
  segments.map(({ fromMs, toMs, wallMs }) => `${fromMs} ${toMs} ${wallMs}`).join(' ');

/** The reported segments of a play, in the order heard. */
export const segmentsOf = ({ heard }: Pick<RoyaltyPlay, 'heard'>): readonly Segment[] => {
  const numbers = heard === '' ? [] : heard.split(' ').map(Number);
  return Array.from({ length: numbers.length / 3 }, (_, n) => {
    const [fromMs = 0, toMs = 0, wallMs = 0] = numbers.slice(3 * n, 3 * n + 3);
    return { fromMs, toMs, wallMs };
  });
};
