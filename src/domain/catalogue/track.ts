import { type Command, type Decider, type Event, type Rejection, reject } from '../decider.js';
import { isName, NAME_LENGTH_MAX } from '../shared/name.js';
import { MEDIA_MS_MAX } from '../shared/segments.js';

/** What a recording is. */
export type TrackContent = {
  readonly title: string;
  readonly artistId: string;
  /** Length of the recording. Null when it is not known: a listening history does not tell it. */
  readonly durationMs: number | null;
  /** ISO 3901, twelve capitals and digits without hyphens. */
  readonly isrc?: string;
};

// Events: stored for ever. Reshape one only with an upcaster.

export type TrackRegistered = Event<'TrackRegistered', TrackContent & { at: number }>;

export type TrackEvent = TrackRegistered;

/** The ISRC may be written with hyphens and in small letters. */
export type RegisterTrack = Command<'RegisterTrack', TrackContent & { at: number }>;

export type TrackCommand = RegisterTrack;

export type TrackRejection = Rejection<'TrackExists' | 'BadTitle' | 'BadDuration' | 'BadIsrc'>;

export type TrackState =
  | { readonly status: 'unknown' }
  | { readonly status: 'registered'; readonly content: TrackContent };

export const TRACK_DURATION_MS_MAX = MEDIA_MS_MAX;

const decide = ({ data }: TrackCommand, state: TrackState): readonly TrackEvent[] | TrackRejection => {
  const { title, artistId, durationMs, at } = data;
  if (!isName(title)) return reject('BadTitle', `A title has 1 to ${NAME_LENGTH_MAX} characters.`);
  if (durationMs !== null && (durationMs < 1 || durationMs > TRACK_DURATION_MS_MAX))
    return reject('BadDuration', `A recording lasts 1 to ${TRACK_DURATION_MS_MAX} ms.`);

  const isrc = data.isrc === undefined ? undefined : canonicalIsrc(data.isrc);
  if (isrc === null)
    return reject(
      'BadIsrc',
      `${data.isrc} is not an ISRC: two letters, three letters or digits, seven digits.`,
    );

  const content: TrackContent = { title, artistId, durationMs, ...(isrc === undefined ? {} : { isrc }) };
  if (state.status === 'unknown') return [{ type: 'TrackRegistered', data: { ...content, at } }];
  return isSame(state.content, content)
    ? []
    : reject('TrackExists', 'A track with this id has other content.');
};

const evolve = (_state: TrackState, { data: { at: _at, ...content } }: TrackEvent): TrackState => ({
  status: 'registered',
  content,
});

/** ISO 3901 as it is stored: capitals, no hyphens; null when it is no ISRC. The code has no check digit. */
export const canonicalIsrc = (text: string): string | null =>
  /^[a-z]{2}-?[a-z0-9]{3}-?\d{2}-?\d{5}$/i.test(text) ? text.replaceAll('-', '').toUpperCase() : null;

const isSame = (a: TrackContent, b: TrackContent): boolean =>
  a.title === b.title && a.artistId === b.artistId && a.durationMs === b.durationMs && a.isrc === b.isrc;

export const track: Decider<TrackCommand, TrackEvent, TrackState, TrackRejection> = {
  category: 'track',
  initial: { status: 'unknown' },
  decide,
  evolve,
};
