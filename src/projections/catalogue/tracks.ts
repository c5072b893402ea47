import type { TrackContent, TrackEvent } from '../../domain/catalogue/track.js';
import type { Projection } from '../projection.js';

/** What is known of a track: as it was registered, classified and corrected last. */
export type TrackPage = TrackContent & { readonly trackId: string; readonly registeredAt: number };

/** One document for each track; by title, by artist, by ISRC. */
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
