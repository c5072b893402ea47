import type { TrackContent, TrackEvent } from '../domain/catalogue/track.js';
import type { Projection } from './projection.js';

export type TrackPage = TrackContent & { readonly trackId: string; readonly registeredAt: number };

/** One document for each track; by title, by artist, by ISRC. */
export const tracks: Projection<TrackEvent, TrackPage> = {
  name: 'tracks',
  version: 2,
  kind: 'reading',
  handles: ['TrackRegistered', 'TrackClassified'],
  fields: { title: 'text', artistId: 'text', isrc: 'text' },
  indexes: [['title'], ['artistId', 'title'], ['isrc']],
  keysOf: (event) => [event.streamId],
  apply: (document, { type, data }, trackId) => {
    if (type === 'TrackClassified') return document ? { put: { ...document, kind: data.kind } } : 'keep';
    const { at, ...content } = data;
    return { put: { trackId, ...content, registeredAt: at } };
  },
};
