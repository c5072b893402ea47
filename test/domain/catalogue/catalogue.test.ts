import { describe, expect, test } from '@jest/globals';
import { artist, type RegisterArtist } from '../../../src/domain/catalogue/artist.js';
import {
  canonicalIsrc,
  type ClassifyTrack,
  type CorrectTrack,
  type RegisterTrack,
  track,
  TRACK_DURATION_MS_MAX,
} from '../../../src/domain/catalogue/track.js';
import { specOf } from '../../support/specs/decider-spec.js';

const at = 1_767_225_600_000;

describe('an artist', () => {
  const given = specOf(artist);
  const register = (name: string, when = at): RegisterArtist => ({
    type: 'RegisterArtist',
    data: { name, at: when },
  });
  const registered = { type: 'ArtistRegistered', data: { name: 'Clara', at } } as const;

  test('is registered by name', () => given().when(register('Clara')).then(registered));
  test('is registered once', () =>
    given(registered)
      .when(register('Clara', at + 1))
      .thenNothing());
  test('does not change the name', () =>
    given(registered).when(register('Carla')).thenRejected('ArtistExists'));
  test('has a name', () => given().when(register('')).thenRejected('BadName'));
  test('keeps the name as written, blanks and all', () =>
    given()
      .when(register(' e\u0301 '))
      .then({ type: 'ArtistRegistered', data: { name: ' e\u0301 ', at } }));
  test('may have a name of 512 characters beyond the basic plane', () =>
    given()
      .when(register('\u{1F3B5}'.repeat(512)))
      .then({ type: 'ArtistRegistered', data: { name: '\u{1F3B5}'.repeat(512), at } }));
  test('has no longer name', () =>
    given()
      .when(register('a'.repeat(513)))
      .thenRejected('BadName'));
  test('has no half of a character in the name', () =>
    given().when(register('\uD83C')).thenRejected('BadName'));
});

describe('a track', () => {
  const given = specOf(track);
  const content = { title: 'Nocturne', artistId: 'clara', durationMs: 200_000, kind: 'music' } as const;
  const register = (over: Partial<RegisterTrack['data']> = {}): RegisterTrack => ({
    type: 'RegisterTrack',
    data: { ...content, at, ...over },
  });
  const registered = { type: 'TrackRegistered', data: { ...content, at } } as const;
  const classify = (kind: 'music' | 'noise'): ClassifyTrack => ({
    type: 'ClassifyTrack',
    data: { kind, at: at + 1 },
  });
  const classified = { type: 'TrackClassified', data: { kind: 'noise', at: at + 1 } } as const;

  test('is registered', () => given().when(register()).then(registered));
  test('is registered once', () =>
    given(registered)
      .when(register({ at: at + 1 }))
      .thenNothing());
  test('may be of unknown length', () =>
    given()
      .when(register({ durationMs: null }))
      .then({ type: 'TrackRegistered', data: { ...content, durationMs: null, at } }));
  test.each([
    { title: 'Prelude' },
    { artistId: 'robert' },
    { durationMs: null },
    { isrc: 'DEA123456789' },
    { kind: 'noise' as const },
  ])('does not become another: %j', (over) =>
    given(registered).when(register(over)).thenRejected('TrackExists'),
  );
  test('is classified as noise by somebody else', () =>
    given(registered).when(classify('noise')).then(classified));
  test('is classified once', () => given(registered, classified).when(classify('noise')).thenNothing());
  test('is music again when that is what it was found to be', () =>
    given(registered, classified)
      .when(classify('music'))
      .then({ type: 'TrackClassified', data: { kind: 'music', at: at + 1 } }));
  test('is still registered as it was', () => given(registered, classified).when(register()).thenNothing());
  const correct = (durationMs: number): CorrectTrack => ({
    type: 'CorrectTrack',
    data: { durationMs, at: at + 2 },
  });
  const corrected = { type: 'TrackCorrected', data: { durationMs: 183_000, at: at + 2 } } as const;

  test('is found to last otherwise than was said', () =>
    given(registered).when(correct(183_000)).then(corrected));
  test('gets a length where none was known', () =>
    given({ type: 'TrackRegistered', data: { ...content, durationMs: null, at } })
      .when(correct(183_000))
      .then(corrected));
  test('is corrected once', () => given(registered, corrected).when(correct(183_000)).thenNothing());
  test('lasts as long as it was said to without a correction', () =>
    given(registered).when(correct(200_000)).thenNothing());
  test('may be corrected back', () =>
    given(registered, corrected)
      .when(correct(200_000))
      .then({ type: 'TrackCorrected', data: { durationMs: 200_000, at: at + 2 } }));
  test('stays what it was classified as when it is corrected', () =>
    given(registered, classified, corrected).when(classify('noise')).thenNothing());
  test('keeps its corrected length when it is registered again', () =>
    given(registered, corrected).when(register()).thenNothing());
  test.each([0, -1, TRACK_DURATION_MS_MAX + 1])('is not corrected to %d ms', (durationMs) =>
    given(registered).when(correct(durationMs)).thenRejected('BadDuration'),
  );
  test('that nobody knows is not corrected', () =>
    given().when(correct(183_000)).thenRejected('TrackNotFound'));
  test('that nobody knows is not classified', () =>
    given().when(classify('noise')).thenRejected('TrackNotFound'));
  test('has a title', () =>
    given()
      .when(register({ title: '' }))
      .thenRejected('BadTitle'));
  test.each([0, -1, TRACK_DURATION_MS_MAX + 1])('does not last %d ms', (durationMs) =>
    given().when(register({ durationMs })).thenRejected('BadDuration'),
  );
  test('keeps its ISRC in capitals without hyphens', () =>
    given()
      .when(register({ isrc: 'de-a12-34-56789' }))
      .then({ type: 'TrackRegistered', data: { ...content, isrc: 'DEA123456789', at } }));
  test('is the same track however its ISRC is written', () =>
    given()
      .when(register({ isrc: 'de-a12-34-56789' }))
      .thenIsIdempotent());
  test('has no ISRC that is none', () =>
    given()
      .when(register({ isrc: 'DEA12345678' }))
      .thenRejected('BadIsrc'));
});

describe('an ISRC', () => {
  test.each(['DEA123456789', 'US-S1Z-99-00001', 'qm9k31600001'])('may read %s', (text) => {
    expect(canonicalIsrc(text)).toMatch(/^[A-Z]{2}[A-Z0-9]{3}\d{7}$/);
  });
  test.each(['D1A123456789', 'DEA12345678X', 'DEA1234567890', 'D-EA123456789', ' DEA123456789', ''])(
    'does not read "%s"',
    (text) => {
      expect(canonicalIsrc(text)).toBeNull();
    },
  );
});
