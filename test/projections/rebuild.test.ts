import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { artists } from '../../src/projections/catalogue/artists.js';
import { listeningHistory } from '../../src/projections/playback/listening-history.js';
import { nowPlaying } from '../../src/projections/playback/now-playing.js';
import { playCounts } from '../../src/projections/playback/play-counts.js';
import type { AnyProjection } from '../../src/projections/projection.js';
import { royaltyUsage, royaltyUsageByTrack } from '../../src/projections/royalty/royalty-usage.js';
import { tracks } from '../../src/projections/catalogue/tracks.js';
import { OCTOBER, playStarted, playStopped } from '../support/playback/plays.js';
import { documentsOf, type Placed } from '../support/specs/projection-spec.js';

/*
 * Live folding in batches of any size, with batches repeated after a crash between documents and checkpoint, gives the
 * same documents as one rebuild.
 */

const playId = fc.constantFrom('p1', 'p2', 'p3', 'p4');
const over = fc.record({
  listenerId: fc.constantFrom('ada', 'bob'),
  trackId: fc.constantFrom('t1', 't2'),
  mode: fc.constantFrom('online' as const, 'import' as const),
  startedAt: fc.integer({ min: OCTOBER - 1_000_000, max: OCTOBER + 1_000_000 }),
});
const amount = fc.nat(60_000);
const receipt = { receivedAt: OCTOBER, clockOffsetMs: 0 };
const at = fc.integer({ min: OCTOBER, max: OCTOBER + 1_000_000 });

const fact: fc.Arbitrary<Placed> = fc.oneof(
  fc.tuple(playId, over).map(([id, facts]) => playStarted(id, facts)),
  fc.tuple(playId, amount, over).map(([id, listened, facts]) => playStopped(id, listened, facts)),
  fc
    .tuple(playId, fc.constantFrom('PlayPaused', 'PlayResumed', 'PlayProgressed'), amount, at)
    .map(([id, type, positionMs, at]) => ({
      stream: `play-${id}`,
      type,
      data: { positionMs, at, ...receipt },
    })),
  fc.tuple(playId, amount, amount, at).map(([id, fromMs, toMs, at]) => ({
    stream: `play-${id}`,
    type: 'PlaySeeked',
    data: { fromMs, toMs, at, ...receipt },
  })),
  fc
    .tuple(fc.constantFrom('a1', 'a2'), at)
    .map(([id, at]) => ({ stream: `artist-${id}`, type: 'ArtistRegistered', data: { name: id, at } })),
  fc.tuple(fc.constantFrom('t1', 't2'), at).map(([id, at]) => ({
    stream: `track-${id}`,
    type: 'TrackRegistered',
    data: { title: id, artistId: 'a1', durationMs: null, kind: 'music', at },
  })),
);

const PROJECTIONS: readonly AnyProjection[] = [
  nowPlaying,
  listeningHistory,
  playCounts,
  royaltyUsage,
  royaltyUsageByTrack,
  artists,
  tracks,
];

describe.each(PROJECTIONS.map((projection) => [projection.name, projection] as const))(
  '%s',
  (_name, projection) => {
    test('rebuilt equals live', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fact, { maxLength: 40 }),
          fc.array(fc.nat(40), { maxLength: 6 }),
          fc.integer({ min: 1, max: 2 }),
          async (log, somewhere, times) => {
            const cuts = somewhere.filter((cut) => cut > 0 && cut < log.length);
            expect(await documentsOf(projection, log, { cuts, times })).toEqual(
              await documentsOf(projection, log),
            );
          },
        ),
      );
    });
    test('declares only fields that a document has', () => {
      for (const index of projection.indexes)
        for (const field of index) expect(projection.fields).toHaveProperty(field);
    });
  },
);
