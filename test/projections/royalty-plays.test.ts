import { describe, expect, test } from '@jest/globals';
import { royaltyPlays } from '../../src/projections/royalty-plays.js';
import { OCTOBER, playStarted, playStopped } from '../support/plays.js';
import { documentsOf } from '../support/projection-spec.js';

const NOVEMBER = OCTOBER + 31 * 86_400_000;

describe('royalty plays', () => {
  test('say of each play that is over what it was, and as of which position of the log', async () => {
    const documents = await documentsOf(royaltyPlays, [
      playStarted('p1'),
      playStopped('p1', 31_000),
      playStarted('p2'),
    ]);
    expect(documents).toEqual({
      p1: {
        playId: 'p1',
        position: '2',
        period: 'premium.DE.2026-10',
        month: '2026-10',
        offering: 'premium',
        territory: 'DE',
        listenerId: 'ada',
        trackId: 'track-1',
        startedAt: OCTOBER,
        endedAt: OCTOBER + 31_000,
        receivedAt: OCTOBER + 31_000,
        durationMs: 200_000,
        playedMs: 31_000,
        uniqueMs: 31_000,
        wallMs: 31_000,
        mode: 'online',
        source: 'unknown',
        deviceId: 'phone',
      },
    });
  });

  test('are late by nature where they come from another service', async () => {
    const documents = await documentsOf(royaltyPlays, [playStopped('p1', 31_000, { mode: 'import' })]);
    expect(documents).toMatchObject({ p1: { mode: 'import', receivedAt: null } });
  });

  test('belong to the month in which they began', async () => {
    const documents = await documentsOf(royaltyPlays, [
      playStopped('last', 60_000, { startedAt: NOVEMBER - 1 }),
      playStopped('first', 60_000, { startedAt: NOVEMBER }),
    ]);
    expect(documents).toMatchObject({
      last: { period: 'premium.DE.2026-10' },
      first: { period: 'premium.DE.2026-11' },
    });
  });

  test('are the same folded twice and in any batches', async () => {
    const facts = [playStopped('p1', 31_000), playStopped('p2', 1_000, { durationMs: null })];
    expect(await documentsOf(royaltyPlays, facts, { cuts: [1], times: 2 })).toEqual(
      await documentsOf(royaltyPlays, facts),
    );
  });
});
