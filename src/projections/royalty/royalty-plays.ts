import type { PlayStopped } from '../../domain/playback/events.js';
import type { PeriodPlay } from '../../domain/royalty/counting/usage-rules.js';
import { periodIdOf } from '../../domain/royalty/periods/period-id.js';
import { type Month, monthOf } from '../../domain/shared/calendar.js';
import type { PlaySource } from '../../domain/shared/listening/play-source.js';
import type { Segment } from '../../domain/shared/listening/segments.js';
import { INSTANT_DIGITS, instantInKey } from '../instant-in-key.js';
import type { Projection } from '../projection.js';

/**
 * A play that is over: what royalties need of it besides what its key says. Instants are milliseconds after the start.
 * One event makes one document, so that it never changes. A settlement reads millions of them: nothing is said twice.
 */
export type PlayDocument = {
  readonly trackId: string;
  readonly deviceId: string;
  readonly source: PlaySource;
  /** Of its event in the log, a decimal string: the play is known as of this position and not before. */
  readonly position: string;
  readonly endedAfterMs: number;
  /** When the service had all of it; null for an imported one. */
  readonly receivedAfterMs: number | null;
  /** Null when the track's length was not known. */
  readonly durationMs: number | null;
  readonly playedMs: number;
  readonly uniqueMs: number;
  readonly wallMs: number;
  /** Its stretches as text, since few are looked into: `segmentsOf` tells them. */
  readonly heard: string;
  /** Absent: it was not. */
  readonly muted?: true;
};

/** A play whole, from its key and its document. */
export type RoyaltyPlay = PeriodPlay & Pick<PlayDocument, 'position' | 'heard'>;

/** What the keys of a period's plays begin with: they are in order of (listener, start, play), as it is settled (R19). */
export const keyPrefixOf = (periodId: string): string => `${periodId} `;

/** A blank comes before everything that an id may hold, so that ids of any length are in their own order. */
const keyOf = (periodId: string, listenerId: string, startedAt: number, playId: string): string =>
  `${keyPrefixOf(periodId)}${listenerId} ${instantInKey(startedAt)} ${playId}`;

/** `<period> <listener> ` of a key, and where it ends. */
type Owner = { readonly prefix: string; readonly period: string; readonly listenerId: string };

const ownerOf = (key: string): Owner => {
  const period = key.slice(0, key.indexOf(' '));
  const end = key.indexOf(' ', period.length + 1);
  return { prefix: key.slice(0, end + 1), period, listenerId: key.slice(period.length + 1, end) };
};

const startOf = (key: string, { prefix }: Owner): number =>
  Number(key.slice(prefix.length, prefix.length + INSTANT_DIGITS));

/** The month of a period ends its id. */
const MONTH_CHARACTERS = 'YYYY-MM'.length;
export const monthOfPlay = ({ period }: Pick<RoyaltyPlay, 'period'>): Month =>
  period.slice(-MONTH_CHARACTERS);

/** One document for each play that is over: by period and listener (its key), by listener, by period and track. */
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

/** Plays from keys and documents, in their order. */
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
    // Most often the listener of the play before.
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

/** Stretches as text: `segmentsOf` reads it. */
export const heardText = (segments: readonly Segment[]): string =>
  segments.map(({ fromMs, toMs, wallMs }) => `${fromMs} ${toMs} ${wallMs}`).join(' ');

/** What was heard, as reported, in the order heard. */
export const segmentsOf = ({ heard }: Pick<RoyaltyPlay, 'heard'>): readonly Segment[] => {
  const numbers = heard === '' ? [] : heard.split(' ').map(Number);
  return Array.from({ length: numbers.length / 3 }, (_, n) => {
    const [fromMs = 0, toMs = 0, wallMs = 0] = numbers.slice(3 * n, 3 * n + 3);
    return { fromMs, toMs, wallMs };
  });
};
