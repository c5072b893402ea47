import { describe, expect, test } from '@jest/globals';
import {
  keyPrefixOf,
  type RoyaltyPlay,
  royaltyPlays,
  segmentsOf,
} from '../../src/projections/royalty-plays.js';
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
    expect(Object.values(documents)).toEqual([
      {
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
        heard: '0 31000 31000',
        muted: false,
        mode: 'online',
        source: 'unknown',
        deviceId: 'phone',
      },
    ]);
  });

  test('have keys in the order in which a period is settled: by listener, start, play, each by bytes', async () => {
    const facts = [
      playStopped('q', 31_000, { listenerId: 'ada' }),
      playStopped('p', 31_000, { listenerId: 'ada' }),
      playStopped('before', 31_000, { listenerId: 'ada', startedAt: 9 }),
      playStopped('after', 31_000, { listenerId: 'ada', startedAt: 10 }),
      playStopped('longer', 31_000, { listenerId: 'ada-b' }),
      playStopped('greater', 31_000, { listenerId: 'b' }),
      playStopped('next', 31_000, { territory: 'DK', listenerId: 'a' }),
      playStopped('upper', 31_000, { listenerId: 'Z' }),
    ];
    const documents = Object.entries(await documentsOf(royaltyPlays, facts));
    const ofPeriod = (periodId: string) =>
      documents
        .filter(([key]) => key.startsWith(keyPrefixOf(periodId)))
        .map(([, document]) => (document as RoyaltyPlay).playId);
    expect(ofPeriod('premium.DE.1970-01')).toEqual(['before', 'after']);
    expect(ofPeriod('premium.DE.2026-10')).toEqual(['upper', 'p', 'q', 'longer', 'greater']);
    expect(ofPeriod('premium.DK.2026-10')).toEqual(['next']);
  });

  test('tell their stretches again', async () => {
    const segments = [
      { fromMs: 0, toMs: 10, wallMs: 11 },
      { fromMs: 150_000, toMs: 170_000, wallMs: 20_000 },
    ];
    const { data, ...fact } = playStopped('p1', 10);
    for (const told of [segments, segments.slice(1), []]) {
      const documents = await documentsOf(royaltyPlays, [{ ...fact, data: { ...data, segments: told } }]);
      const [play] = Object.values(documents) as RoyaltyPlay[];
      expect(play && segmentsOf(play)).toEqual(told);
    }
  });

  test('are late by nature where they come from another service', async () => {
    const documents = await documentsOf(royaltyPlays, [playStopped('p1', 31_000, { mode: 'import' })]);
    expect(Object.values(documents)).toMatchObject([{ mode: 'import', receivedAt: null }]);
  });

  test('belong to the month in which they began', async () => {
    const documents = await documentsOf(royaltyPlays, [
      playStopped('last', 60_000, { startedAt: NOVEMBER - 1 }),
      playStopped('first', 60_000, { startedAt: NOVEMBER }),
    ]);
    expect(Object.values(documents)).toMatchObject([
      { playId: 'last', period: 'premium.DE.2026-10' },
      { playId: 'first', period: 'premium.DE.2026-11' },
    ]);
  });

  test('are the same folded twice and in any batches', async () => {
    const facts = [playStopped('p1', 31_000), playStopped('p2', 1_000, { durationMs: null })];
    expect(await documentsOf(royaltyPlays, facts, { cuts: [1], times: 2 })).toEqual(
      await documentsOf(royaltyPlays, facts),
    );
  });
});
