import { type Command, type Decider, type Event, type Rejection, reject } from '../decider.js';
import { isName, NAME_LENGTH_MAX } from '../shared/name.js';
import { MEDIA_MS_MAX } from '../shared/listening/segments.js';

/** `noise`: functional sound, such as rain or white noise (R9). */
export const TRACK_KINDS = ['music', 'noise'] as const;

export type TrackKind = (typeof TRACK_KINDS)[number];

/** Metadata of a recording. */
export type TrackContent = {
  readonly title: string;
  readonly artistId: string;
  /** Length of the recording. Null when it is not known: listening histories do not contain it. */
  readonly durationMs: number | null;
  /** ISO 3901: twelve capitals and digits, no hyphens. */
  readonly isrc?: string;
  readonly kind: TrackKind;
};

// Events are stored for ever. Change the shape of one only with an upcaster.

export type TrackRegistered = Event<'TrackRegistered', TrackContent & { at: number }>;

/** The service, not the label, has set the kind of the recording. */
export type TrackClassified = Event<'TrackClassified', { kind: TrackKind; at: number }>;

/** The length of the recording was corrected. It applies to all its plays, past ones included. */
export type TrackCorrected = Event<'TrackCorrected', { durationMs: number; at: number }>;

export type TrackEvent = TrackRegistered | TrackClassified | TrackCorrected;

/** The ISRC may have hyphens and lower-case letters. */
export type RegisterTrack = Command<'RegisterTrack', TrackContent & { at: number }>;

export type ClassifyTrack = Command<'ClassifyTrack', { kind: TrackKind; at: number }>;

export type CorrectTrack = Command<'CorrectTrack', { durationMs: number; at: number }>;

export type TrackCommand = RegisterTrack | ClassifyTrack | CorrectTrack;

export type TrackRejection = Rejection<
  'TrackExists' | 'TrackNotFound' | 'BadTitle' | 'BadDuration' | 'BadIsrc'
>;

export type TrackState =
  | { readonly status: 'unknown' }
  | {
      readonly status: 'registered';
      /** As registered. */
      readonly content: TrackContent;
      /** As last classified. */
      readonly kind: TrackKind;
      /** As last corrected. */
      readonly durationMs: number | null;
    };

export const TRACK_DURATION_MS_MAX = MEDIA_MS_MAX;

type Outcome = readonly TrackEvent[] | TrackRejection;

const decide = (command: TrackCommand, state: TrackState): Outcome => {
  switch (command.type) {
    case 'RegisterTrack':
      return register(command, state);
    case 'ClassifyTrack':
      return classify(command, state);
    case 'CorrectTrack':
      return correct(command, state);
  }
};

const classify = ({ data }: ClassifyTrack, state: TrackState): Outcome => {
  if (state.status === 'unknown') return TRACK_NOT_FOUND;
  return state.kind === data.kind ? [] : [{ type: 'TrackClassified', data }];
};

const correct = ({ data }: CorrectTrack, state: TrackState): Outcome => {
  if (state.status === 'unknown') return TRACK_NOT_FOUND;
  if (!isLength(data.durationMs)) return BAD_DURATION;
  return state.durationMs === data.durationMs ? [] : [{ type: 'TrackCorrected', data }];
};

const TRACK_NOT_FOUND = reject('TrackNotFound', 'The track does not exist.');
const BAD_DURATION = reject('BadDuration', `A recording lasts 1 to ${TRACK_DURATION_MS_MAX} ms.`);

const isLength = (durationMs: number): boolean => durationMs >= 1 && durationMs <= TRACK_DURATION_MS_MAX;

const register = ({ data }: RegisterTrack, state: TrackState): Outcome => {
  const { title, artistId, durationMs, kind, at } = data;
  if (!isName(title)) return reject('BadTitle', `A title has 1 to ${NAME_LENGTH_MAX} characters.`);
  if (durationMs !== null && !isLength(durationMs)) return BAD_DURATION;

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
  if (type === 'TrackRegistered') {
    const { at: _at, ...content } = data;
    return { status: 'registered', content, kind: content.kind, durationMs: content.durationMs };
  }
  if (state.status === 'unknown') return state;
  return type === 'TrackClassified'
    ? { ...state, kind: data.kind }
    : { ...state, durationMs: data.durationMs };
};

/** The stored form of an ISRC (ISO 3901): capitals, no hyphens. Null when `text` is no ISRC; it has no check digit. */
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
  // Every start of a play looks up the length of its track.
  streamUse: { begunBy: ['RegisterTrack'], cachedAfterLoad: true },
};
