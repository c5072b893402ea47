import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { playCounts } from '../../../src/projections/playback/play-counts.js';
import { addMs } from '../../../src/projections/totals.js';
import { playStopped } from '../../support/playback/plays.js';
import { documentsOf } from '../../support/specs/projection-spec.js';

describe('the play counts of a track', () => {
  test('distinguish all plays from those that count', async () => {
    const documents = await documentsOf(playCounts, [
      playStopped('p1', 30_000),
      playStopped('p2', 29_999, { listenerId: 'bob' }),
      playStopped('p3', 200_000),
      playStopped('p4', 30_000, { trackId: 'track-2' }),
    ]);
    expect(documents).toEqual({
      'track-1': { trackId: 'track-1', plays: 3, counted: 2, playedMs: '259999', uniqueMs: '259999' },
      'track-2': { trackId: 'track-2', plays: 1, counted: 1, playedMs: '30000', uniqueMs: '30000' },
    });
  });
});

describe('a total of milliseconds', () => {
  test('is exact beyond 2^53', () => {
    const total = fc.oneof(
      fc.bigInt({ min: 0n, max: 2n ** 70n }),
      fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }),
    );
    fc.assert(
      fc.property(total, fc.maxSafeNat(), (sum, ms) => {
        expect(addMs(String(sum), ms)).toBe(String(sum + BigInt(ms)));
      }),
    );
  });
});
