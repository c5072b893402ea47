import { type Command, type Decider, type Event, type Rejection, reject } from '../decider.js';
import { isName, NAME_LENGTH_MAX } from '../shared/name.js';
import { MEDIA_MS_MAX } from '../shared/segments.js';

/** `noise`: functional sound, such as rain or white noise, that is not listened to as music (R9). */
export const TRACK_KINDS = ['music', 'noise'] as const;

export type TrackKind = (typeof TRACK_KINDS)[number];

/** What a recording is. */
export type TrackContent = {
  readonly title: string;
  readonly artistId: string;
  /** Length of the recording. Null when it is not known: a listening history does not tell it. */
  readonly durationMs: number | null;
  /** ISO 3901, twelve capitals and digits without hyphens. */
  readonly isrc?: string;
  readonly kind: TrackKind;
};

// Events: stored for ever. Reshape one only with an upcaster.

export type TrackRegistered = Event<'TrackRegistered', TrackContent & { at: number }>;

/** Somebody who is not paid for it has said what the recording is. */
export type TrackClassified = Event<'TrackClassified', { kind: TrackKind; at: number }>;

export type TrackEvent = TrackRegistered | TrackClassified;

/** The ISRC may be written with hyphens and in small letters. */
export type RegisterTrack = Command<'RegisterTrack', TrackContent & { at: number }>;

export type ClassifyTrack = Command<'ClassifyTrack', { kind: TrackKind; at: number }>;

export type TrackCommand = RegisterTrack | ClassifyTrack;

export type TrackRejection = Rejection<
  'TrackExists' | 'TrackNotFound' | 'BadTitle' | 'BadDuration' | 'BadIsrc'
>;

export type TrackState =
  | { readonly status: 'unknown' }
  | {
      readonly status: 'registered';
      /** As it was registered. */
      readonly content: TrackContent;
      /** As it has been classified since. */
      readonly kind: TrackKind;
    };

export const TRACK_DURATION_MS_MAX = MEDIA_MS_MAX;

type Outcome = readonly TrackEvent[] | TrackRejection;

const decide = (command: TrackCommand, state: TrackState): Outcome =>
  command.type === 'RegisterTrack' ? register(command, state) : classify(command, state);

const classify = ({ data }: ClassifyTrack, state: TrackState): Outcome => {
  if (state.status === 'unknown') return reject('TrackNotFound', 'There is no such track.');
  return state.kind === data.kind ? [] : [{ type: 'TrackClassified', data }];
};

const register = ({ data }: RegisterTrack, state: TrackState): Outcome => {
  const { title, artistId, durationMs, kind, at } = data;
  if (!isName(title)) return reject('BadTitle', `A title has 1 to ${NAME_LENGTH_MAX} characters.`);
  if (durationMs !== null && (durationMs < 1 || durationMs > TRACK_DURATION_MS_MAX))
    return reject('BadDuration', `A recording lasts 1 to ${TRACK_DURATION_MS_MAX} ms.`);

  const isrc = data.isrc === undefined ? undefined : canonicalIsrc(data.isrc);
  if (isrc === null)
    return reject(
      'BadIsrc',
      `${data.isrc} is not an ISRC: two letters, three letters or digits, seven digits.`,
    );

  const content = { title, artistId, durationMs, ...(isrc === undefined ? {} : { isrc }), kind };
  if (state.status === 'unknown') return [{ type: 'TrackRegistered', data: { ...content, at } }];
  return isSame(state.content, content)
    ? []
    : reject('TrackExists', 'A track with this id has other content.');
};

const evolve = (state: TrackState, { type, data }: TrackEvent): TrackState => {
  if (type === 'TrackClassified') return state.status === 'unknown' ? state : { ...state, kind: data.kind };
  const { at: _at, ...content } = data;
  return { status: 'registered', content, kind: content.kind };
};

/** ISO 3901 as it is stored: capitals, no hyphens; null when it is no ISRC. The code has no check digit. */
export const canonicalIsrc = (text: string): string | null =>
  /^[a-z]{2}-?[a-z0-9]{3}-?\d{2}-?\d{5}$/i.test(text) ? text.replaceAll('-', '').toUpperCase() : null;

const isSame = (a: TrackContent, b: TrackContent): boolean =>
  a.title === b.title &&
  a.artistId === b.artistId &&
  a.durationMs === b.durationMs &&
  a.isrc === b.isrc &&
  a.kind === b.kind;

export const track: Decider<TrackCommand, TrackEvent, TrackState, TrackRejection> = {
  category: 'track',
  initial: { status: 'unknown' },
  decide,
  evolve,
};
