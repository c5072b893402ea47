import { describe, expect, test } from '@jest/globals';
import { spotifyRow } from '../../../src/infrastructure/import/spotify-row.js';

const at = Date.parse;

const basic = (over: object = {}) => ({
  endTime: '2024-02-29 23:59',
  artistName: 'The Unheard',
  trackName: 'First Light',
  msPlayed: 200_000,
  ...over,
});

const extended = (over: object = {}) => ({
  ts: '2024-02-29T23:59:58Z',
  platform: 'ios',
  ms_played: 200_000,
  conn_country: 'DE',
  master_metadata_track_name: 'First Light',
  master_metadata_album_artist_name: 'The Unheard',
  master_metadata_album_album_name: 'Dawn',
  spotify_track_uri: 'spotify:track:0000000000000000000000',
  reason_start: 'trackdone',
  reason_end: 'trackdone',
  shuffle: false,
  skipped: null,
  offline: false,
  offline_timestamp: 1_709_250_000,
  ...over,
});

const startOf = (value: object) => {
  const row = spotifyRow(value);
  return row.kind === 'play' ? new Date(row.listen.startedAt).toISOString() : row;
};

describe('a row of the basic format', () => {
  test('is a play that ended in the given minute', () => {
    const endedAt = at('2024-02-29T23:59:00Z');
    expect(spotifyRow(basic())).toEqual({
      kind: 'play',
      endedAt,
      playedMs: 200_000,
      listen: {
        artist: 'The Unheard',
        track: 'First Light',
        startedAt: endedAt - 200_000,
        playedMs: 200_000,
      },
    });
  });

  test('is a play even if it lasted 0 ms', () =>
    expect(spotifyRow(basic({ msPlayed: 0 }))).toMatchObject({ kind: 'play', playedMs: 0 }));

  test('keeps names as they are written', () =>
    expect(spotifyRow(basic({ artistName: ' a\u0301 ', trackName: '🎷' }))).toMatchObject({
      listen: { artist: ' a\u0301 ', track: '🎷' },
    }));
});

describe('a row of the extended format', () => {
  test('is a play with its country and its kind of device', () => {
    const endedAt = at('2024-02-29T23:59:58Z');
    expect(spotifyRow(extended())).toEqual({
      kind: 'play',
      endedAt,
      playedMs: 200_000,
      listen: {
        artist: 'The Unheard',
        track: 'First Light',
        startedAt: endedAt - 200_000,
        playedMs: 200_000,
        territory: 'DE',
        platform: 'ios',
      },
    });
  });

  test.each([['ZZ'], ['de'], ['DEU'], [''], [null], [undefined]])(
    'has no country when conn_country is %j',
    (conn_country) => {
      const row = spotifyRow(extended({ conn_country }));
      expect(row.kind === 'play' && 'territory' in row.listen).toBe(false);
    },
  );

  test('is skipped without a track: a podcast, an audiobook, a plain video', () =>
    expect(
      spotifyRow(extended({ master_metadata_track_name: null, master_metadata_album_artist_name: null })),
    ).toEqual({
      kind: 'skipped',
      reason: 'no-track',
      endedAt: at('2024-02-29T23:59:58Z'),
      playedMs: 200_000,
    }));

  test('without a link to a track, as in 2020, is a play too', () => {
    const { spotify_track_uri: _uri, ...row } = extended();
    expect(spotifyRow(row)).toMatchObject({ kind: 'play' });
  });
});

describe('an offline play started', () => {
  const offline = (start: string | number, over: object = {}) =>
    startOf(
      extended({
        offline: true,
        offline_timestamp: typeof start === 'number' ? start : at(start) / 1_000,
        ...over,
      }),
    );
  const latest = '2024-02-29T23:56:38.000Z';

  test('at the time of its device, in seconds or milliseconds', () => {
    expect(offline('2024-02-28T10:00:00Z')).toBe('2024-02-28T10:00:00.000Z');
    expect(offline(at('2024-02-28T10:00:00.123Z'))).toBe('2024-02-28T10:00:00.123Z');
  });

  test('at the time of its device, up to 37 days before the report and not a second more', () => {
    expect(offline('2024-01-23T23:59:58Z')).toBe('2024-01-23T23:59:58.000Z');
    expect(offline('2024-01-23T23:59:57Z')).toBe(latest);
  });

  test('no later than its length before the report, even if the device reports a later time', () => {
    expect(offline(latest)).toBe(latest);
    expect(offline('2024-02-29T23:56:39Z')).toBe(latest);
    expect(offline('2025-01-01T00:00:00Z')).toBe(latest);
  });

  test('its length before the report when the device has no time', () => {
    expect(offline(0)).toBe(latest);
    expect(offline(12_345)).toBe(latest);
    expect(offline('2024-02-28T10:00:00Z', { offline_timestamp: null })).toBe(latest);
  });

  test('its length before the report when it was online after all', () =>
    expect(offline('2024-02-28T10:00:00Z', { offline: false })).toBe(latest));
});

describe('an invalid row has the field and the reason', () => {
  test.each([
    ['no object', 7, 'is not an object'],
    ['an array', [], 'is not an object'],
    ['another file of the export', { name: 'My playlist' }, 'neither "endTime" nor "ts"'],
    ['no length', basic({ msPlayed: undefined }), 'msPlayed: '],
    ['a length in words', basic({ msPlayed: '200000' }), 'msPlayed: '],
    ['a negative length', basic({ msPlayed: -1 }), 'msPlayed: '],
    ['half a millisecond', basic({ msPlayed: 0.5 }), 'msPlayed: '],
    ['more than a day', extended({ ms_played: 86_400_001 }), 'ms_played: '],
    ['a track without an artist', basic({ artistName: null }), 'no artist'],
    ['half a character', basic({ trackName: '\uD83C' }), 'well-formed Unicode'],
    ['a name without end', basic({ trackName: 'x'.repeat(513) }), 'trackName: is not 1 to 512 characters'],
    ['a day that does not exist', basic({ endTime: '2023-02-29 10:00' }), 'endTime: '],
    ['an hour that does not exist', basic({ endTime: '2023-02-28 24:00' }), 'endTime: '],
    ['a minute that does not exist', extended({ ts: '2023-02-28T10:60:00Z' }), 'ts: '],
    ['a local time', extended({ ts: '2023-02-28T10:00:00+01:00' }), 'ts: '],
    ['a time before there was any streaming', extended({ ts: '1970-01-01T00:00:00Z' }), 'ts: '],
    ['a time of the other format', basic({ endTime: '2023-02-28T10:00:00Z' }), 'endTime: '],
    ['a country that is a number', extended({ conn_country: 49 }), 'conn_country: '],
    ['no answer to offline', extended({ offline: 'yes' }), 'offline: '],
  ])('%s', (_what, value, reason) =>
    expect(spotifyRow(value)).toEqual({ kind: 'broken', reason: expect.stringContaining(reason) }),
  );
});
