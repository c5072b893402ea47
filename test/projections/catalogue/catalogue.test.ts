import { describe, expect, test } from '@jest/globals';
import { artists } from '../../../src/projections/catalogue/artists.js';
import { trackCorrections } from '../../../src/projections/catalogue/track-corrections.js';
import { tracks } from '../../../src/projections/catalogue/tracks.js';
import { documentsOf } from '../../support/specs/projection-spec.js';

const at = 1_790_812_800_000;

describe('the catalogue', () => {
  test('shows an artist by name', async () => {
    const registered = { stream: 'artist-a1', type: 'ArtistRegistered', data: { name: 'Clara', at } };
    expect(await documentsOf(artists, [registered])).toEqual({
      a1: { artistId: 'a1', name: 'Clara', registeredAt: at },
    });
  });
  test.each([
    { title: 'Nocturne', artistId: 'a1', durationMs: 200_000, isrc: 'DEA123456789', kind: 'music' },
    { title: 'Nocturne', artistId: 'a1', durationMs: null, kind: 'noise' },
  ])('shows a track as registered: %j', async (content) => {
    const registered = { stream: 'track-t1', type: 'TrackRegistered', data: { ...content, at } };
    expect(await documentsOf(tracks, [registered])).toEqual({
      t1: { trackId: 't1', ...content, registeredAt: at },
    });
  });
  test('shows the latest classification of a track', async () => {
    const data = { title: 'Rain', artistId: 'a1', durationMs: null, kind: 'music', at };
    const documents = await documentsOf(tracks, [
      { stream: 'track-t1', type: 'TrackRegistered', data },
      { stream: 'track-t1', type: 'TrackClassified', data: { kind: 'noise', at: at + 1 } },
    ]);
    expect(documents).toMatchObject({ t1: { title: 'Rain', kind: 'noise', registeredAt: at } });
  });
  const corrected = (durationMs: number) => ({
    stream: 'track-t1',
    type: 'TrackCorrected',
    data: { durationMs, at: at + 2 },
  });
  test('shows the latest corrected length of a track', async () => {
    const data = { title: 'Rain', artistId: 'a1', durationMs: null, kind: 'noise', at };
    const registered = { stream: 'track-t1', type: 'TrackRegistered', data };
    expect(await documentsOf(tracks, [registered, corrected(1), corrected(183_000)])).toEqual({
      t1: { trackId: 't1', ...data, at: undefined, durationMs: 183_000, registeredAt: at },
    });
  });
  test('keeps each correction with its log position', async () => {
    expect(Object.values(await documentsOf(trackCorrections, [corrected(1), corrected(183_000)]))).toEqual([
      { trackId: 't1', durationMs: 1, position: '1' },
      { trackId: 't1', durationMs: 183_000, position: '2' },
    ]);
  });
});
