import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ReadYourWrites } from '../../src/application/projecting/read-your-writes.js';
import type { Found } from '../../src/application/ports/read-models.js';
import {
  GetArtist,
  GetArtistHandler,
  GetTrack,
  GetTrackHandler,
  ListArtists,
  ListArtistsHandler,
  ListTracks,
  ListTracksHandler,
} from '../../src/application/catalogue/queries.js';
import { ListHistory, ListHistoryHandler } from '../../src/application/playback/listening-history.js';
import { GetNowPlaying, GetNowPlayingHandler } from '../../src/application/playback/now-playing.js';
import { PAGE_LIMIT_MAX } from '../../src/application/projecting/page.js';
import {
  GetPlayCounts,
  GetPlayCountsHandler,
  ListTopTracks,
  ListTopTracksHandler,
} from '../../src/application/playback/play-counts.js';
import { GetRoyaltyUsage, GetRoyaltyUsageHandler } from '../../src/application/royalty/usage.queries.js';
import { SystemTimer } from '../../src/infrastructure/identity/system-timer.js';
import { artists } from '../../src/projections/catalogue/artists.js';
import { listeningHistory } from '../../src/projections/playback/listening-history.js';
import { nowPlaying } from '../../src/projections/playback/now-playing.js';
import { playCounts } from '../../src/projections/playback/play-counts.js';
import { royaltyUsageByTrack } from '../../src/projections/royalty/royalty-usage.js';
import { tracks } from '../../src/projections/catalogue/tracks.js';
import { type FilledModels, filledModels } from '../support/specs/filled-models.js';
import { OCTOBER, playStarted, playStopped } from '../support/playback/plays.js';
import type { Placed } from '../support/specs/projection-spec.js';

/* Queries on the read models, each filled by its projection. */

let filled: FilledModels;
let readYourWrites: ReadYourWrites;
beforeEach(() => {
  filled = filledModels();
  readYourWrites = new ReadYourWrites(filled.models, new SystemTimer());
});
afterEach(() => filled.close());

/** All pages of a list of `limit` each, one after the other. */
const allPages = async <Document>(
  list: (page: { limit: number; cursor?: string }) => Promise<Found<Document>>,
  limit: number,
): Promise<readonly (readonly Document[])[]> => {
  const pages: (readonly Document[])[] = [];
  for (let cursor: string | undefined; ;) {
    const { documents, next } = await list({ limit, ...(cursor === undefined ? {} : { cursor }) });
    pages.push(documents);
    if (next === undefined) return pages;
    cursor = next;
  }
};

describe('a listener', () => {
  test('sees their current play on each device, latest report first', async () => {
    await filled.fill(nowPlaying, [
      playStarted('p1'),
      playStarted('p2', { deviceId: 'car', startedAt: OCTOBER + 1 }),
      playStarted('p3', { listenerId: 'bob' }),
      playStarted('p4'),
      playStopped('p4', 5_000),
    ]);
    const handler = new GetNowPlayingHandler(filled.models, readYourWrites);
    const { documents } = await handler.execute(new GetNowPlaying('ada'));
    expect(documents.map(({ playId }) => playId)).toEqual(['p2', 'p1']);
  });

  test('sees their history, latest first, page by page', async () => {
    const plays = Array.from({ length: 5 }, (_, n) =>
      playStopped(`p${n}`, 1_000, { startedAt: OCTOBER + n }),
    );
    await filled.fill(listeningHistory, [...plays, playStopped('p9', 1_000, { listenerId: 'ada2' })]);
    const handler = new ListHistoryHandler(filled.models, readYourWrites);
    const pages = await allPages((page) => handler.execute(new ListHistory('ada', page)), 2);
    expect(pages.map((page) => page.map(({ playId }) => playId))).toEqual([
      ['p4', 'p3'],
      ['p2', 'p1'],
      ['p0'],
    ]);
  });
});

describe('the charts', () => {
  const plays = [
    playStopped('p1', 30_000, { trackId: 'once' }),
    ...[2, 3, 4].map((n) => playStopped(`p${n}`, 1_000, { trackId: 'skipped' })),
    ...[5, 6].map((n) => playStopped(`p${n}`, 40_000, { trackId: 'twice' })),
  ];
  test.each([
    ['counted' as const, ['twice', 'once', 'skipped']],
    ['plays' as const, ['skipped', 'twice', 'once']],
  ])('by %s', async (by, order) => {
    await filled.fill(playCounts, plays);
    const handler = new ListTopTracksHandler(filled.models, readYourWrites);
    const pages = await allPages((page) => handler.execute(new ListTopTracks(by, page)), 2);
    expect(pages.flat().map(({ trackId }) => trackId)).toEqual(order);
  });
  test('contain a single track, and nothing for one that was never played', async () => {
    await filled.fill(playCounts, plays);
    const handler = new GetPlayCountsHandler(filled.models, readYourWrites);
    expect(await handler.execute(new GetPlayCounts('twice'))).toMatchObject({ plays: 2, counted: 2 });
    expect(await handler.execute(new GetPlayCounts('never'))).toBeUndefined();
  });
});

describe('finance', () => {
  const plays = [
    playStopped('p1', 30_000, { trackId: 't1' }),
    ...[2, 3].map((n) => playStopped(`p${n}`, 30_000, { trackId: 't2' })),
    ...[4, 5, 6].map((n) => playStopped(`p${n}`, 30_000, { trackId: 't3', territory: 'FR' })),
    ...[7, 8, 9, 10].map((n) => playStopped(`p${n}`, 30_000, { trackId: 't4', offering: 'free' })),
    playStopped('p11', 30_000, { trackId: 't5', startedAt: OCTOBER - 1 }),
  ];
  test.each([
    [{ month: '2026-10' }, ['t4', 't3', 't2', 't1']],
    [{ month: '2026-10', territory: 'DE' }, ['t4', 't2', 't1']],
    [{ month: '2026-10', offering: 'premium' }, ['t3', 't2', 't1']],
    [{ month: '2026-10', territory: 'DE', offering: 'premium' }, ['t2', 't1']],
    [{ month: '2026-09' }, ['t5']],
    [{ month: '2026-11' }, []],
  ])('reads the usage of %j by track, most credit first', async (period, order) => {
    await filled.fill(royaltyUsageByTrack, plays);
    const handler = new GetRoyaltyUsageHandler(filled.models, readYourWrites);
    const pages = await allPages((page) => handler.execute(new GetRoyaltyUsage(period, page)), 3);
    expect(pages.flat().map(({ trackId }) => trackId)).toEqual(order);
  });
});

describe('the catalogue', () => {
  const registered = (trackId: string, title: string, artistId: string): Placed => ({
    stream: `track-${trackId}`,
    type: 'TrackRegistered',
    data: { title, artistId, durationMs: null, kind: 'music', at: OCTOBER },
  });
  const named = (artistId: string, name: string): Placed => ({
    stream: `artist-${artistId}`,
    type: 'ArtistRegistered',
    data: { name, at: OCTOBER },
  });

  test('lists tracks by title, all or those of an artist', async () => {
    await filled.fill(tracks, [
      registered('t1', 'b', 'a1'),
      registered('t2', 'a', 'a1'),
      registered('t3', 'a', 'a2'),
    ]);
    const handler = new ListTracksHandler(filled.models, readYourWrites);
    const idsOf = async (filter: { artistId?: string }) =>
      (await handler.execute(new ListTracks(filter, { limit: 10 }))).documents.map(({ trackId }) => trackId);
    expect(await idsOf({})).toEqual(['t2', 't3', 't1']);
    expect(await idsOf({ artistId: 'a1' })).toEqual(['t2', 't1']);
  });
  test('lists artists by name, in the order of code points', async () => {
    await filled.fill(artists, [named('a1', 'clara'), named('a2', 'Élise'), named('a3', 'Robert')]);
    const handler = new ListArtistsHandler(filled.models, readYourWrites);
    const { documents } = await handler.execute(new ListArtists({ limit: 10 }));
    expect(documents.map(({ name }) => name)).toEqual(['Robert', 'clara', 'Élise']);
  });
  test('shows one track and one artist, or nothing', async () => {
    await filled.fill(tracks, [registered('t1', 'b', 'a1')]);
    await filled.fill(artists, [named('a1', 'Clara')]);
    const track = new GetTrackHandler(filled.models, readYourWrites);
    const artist = new GetArtistHandler(filled.models, readYourWrites);
    expect(await track.execute(new GetTrack('t1', 1n))).toMatchObject({ title: 'b' });
    expect(await track.execute(new GetTrack('t2'))).toBeUndefined();
    expect(await artist.execute(new GetArtist('a1'))).toMatchObject({ name: 'Clara' });
    expect(await artist.execute(new GetArtist('a2'))).toBeUndefined();
  });
  test('returns no more than its bound, whatever the requested limit', async () => {
    await filled.fill(
      artists,
      Array.from({ length: PAGE_LIMIT_MAX + 1 }, (_, n) => named(`a${n}`, 'Clara')),
    );
    const handler = new ListArtistsHandler(filled.models, readYourWrites);
    const { documents, next } = await handler.execute(new ListArtists({ limit: PAGE_LIMIT_MAX + 1 }));
    expect(documents).toHaveLength(PAGE_LIMIT_MAX);
    expect(next).toBeDefined();
  });
});
