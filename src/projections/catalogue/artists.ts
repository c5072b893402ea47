import type { ArtistRegistered } from '../../domain/catalogue/artist.js';
import type { Projection } from '../projection.js';

export type ArtistPage = {
  readonly artistId: string;
  readonly name: string;
  readonly registeredAt: number;
};

/** One document per artist, indexed by name. */
export const artists: Projection<ArtistRegistered, ArtistPage> = {
  name: 'artists',
  version: 1,
  kind: 'reading',
  handles: ['ArtistRegistered'],
  fields: { name: 'text' },
  indexes: [['name']],
  isBornWhole: true,
  keysOf: (event) => [event.streamId],
  apply: (_document, { data }, artistId) => ({ put: { artistId, name: data.name, registeredAt: data.at } }),
};
