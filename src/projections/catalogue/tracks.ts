import type { TrackContent, TrackEvent } from '../../domain/catalogue/track.js';
import type { Projection } from '../projection.js';

/** A track as registered, with its latest classification and correction. */
export type TrackPage = TrackContent & { readonly trackId: string; readonly registeredAt: number };

/** One document per track, indexed by title, artist and ISRC. */
export const tracks: Projection<TrackEvent, TrackPage> = {
  name: 'tracks',
  version: 3,
  kind: 'reading',
  handles: ['TrackRegistered', 'TrackClassified', 'TrackCorrected'],
  fields: { title: 'text', artistId: 'text', isrc: 'text' },
  indexes: [['title'], ['artistId', 'title'], ['isrc']],
  keysOf: (event) => [event.streamId],
  apply: (document, { type, data }, trackId) => {
    if (type === 'TrackRegistered') {
      const { at, ...content } = data;
      return { put: { trackId, ...content, registeredAt: at } };
    }
    const { at: _at, ...found } = data;
    return document ? { put: { ...document, ...found } } : 'keep';
  },
};
