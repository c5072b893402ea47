import { type Command, type Decider, type Event, type Rejection, reject } from '../decider.js';
import { isName, NAME_LENGTH_MAX } from '../shared/name.js';

// Events are stored for ever. Change the shape of one only with an upcaster.

export type ArtistRegistered = Event<'ArtistRegistered', { name: string; at: number }>;

export type ArtistEvent = ArtistRegistered;

export type RegisterArtist = Command<'RegisterArtist', { name: string; at: number }>;

export type ArtistCommand = RegisterArtist;

export type ArtistRejection = Rejection<'ArtistExists' | 'BadName'>;

export type ArtistState =
  | { readonly status: 'unknown' }
  | { readonly status: 'registered'; readonly name: string };

const decide = (
  { data: { name, at } }: ArtistCommand,
  state: ArtistState,
): readonly ArtistEvent[] | ArtistRejection => {
  if (!isName(name)) return reject('BadName', `A name has 1 to ${NAME_LENGTH_MAX} characters.`);
  if (state.status === 'unknown') return [{ type: 'ArtistRegistered', data: { name, at } }];
  return state.name === name ? [] : reject('ArtistExists', 'An artist with this id has another name.');
};

export const artist: Decider<ArtistCommand, ArtistEvent, ArtistState, ArtistRejection> = {
  category: 'artist',
  initial: { status: 'unknown' },
  decide,
  evolve: (_state, { data }) => ({ status: 'registered', name: data.name }),
  streamUse: { begunBy: ['RegisterArtist'] },
};
