import { describe, expect, test } from '@jest/globals';
import {
  keyPrefixOf,
  type PlayDocument,
  playsOf,
  type RoyaltyPlay,
  royaltyPlays,
  segmentsOf,
} from '../../../src/projections/royalty/royalty-plays.js';
import { OCTOBER, playStarted, playStopped } from '../../support/playback/plays.js';
import { documentsOf, type Placed } from '../../support/specs/projection-spec.js';
import { DAY_MS } from '../../../src/domain/shared/civil-date.js';

const playsFrom = async (facts: readonly Placed[]): Promise<readonly RoyaltyPlay[]> => {
  const documents = await documentsOf(royaltyPlays, facts);
  return playsOf({ keys: Object.keys(documents), documents: Object.values(documents) as PlayDocument[] });
};

const NOVEMBER = OCTOBER + 31 * DAY_MS;

describe('royalty plays', () => {
  test('contain the data and log position of each finished play', async () => {
    const plays = await playsFrom([playStarted('p1'), playStopped('p1', 31_000), playStarted('p2')]);
    expect(plays).toEqual([
      {
        playId: 'p1',
        position: '2',
        period: 'premium.DE.2026-10',
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
        source: 'unknown',
        deviceId: 'phone',
      },
    ]);
  });

  test('do not repeat the fields of their key, and are found by it', async () => {
    const documents = await documentsOf(royaltyPlays, [playStopped('p1', 31_000)]);
    expect(documents).toEqual({
      [`premium.DE.2026-10 ada ${String(OCTOBER).padStart(16, '0')} p1`]: {
        trackId: 'track-1',
        deviceId: 'phone',
        source: 'unknown',
        position: '1',
        endedAfterMs: 31_000,
        receivedAfterMs: 31_000,
        durationMs: 200_000,
        playedMs: 31_000,
        uniqueMs: 31_000,
        wallMs: 31_000,
        heard: '0 31000 31000',
      },
    });
    for (const [key, document] of Object.entries(documents))
      expect(royaltyPlays.fieldsOf?.(key, document as PlayDocument)).toEqual({
        period: 'premium.DE.2026-10',
        month: '2026-10',
        listenerId: 'ada',
        trackId: 'track-1',
        startedAt: OCTOBER,
      });
  });

  test('record whether they were muted', async () => {
    const facts = [playStopped('p1', 31_000, { muted: true }), playStopped('p2', 31_000)];
    expect((await playsFrom(facts)).map(({ muted }) => muted)).toEqual([true, undefined]);
  });

  test('have keys in settlement order: by listener, start and play, each by bytes', async () => {
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
    const plays = await playsFrom(facts);
    const ofPeriod = (periodId: string) =>
      plays.filter(({ period }) => keyPrefixOf(period) === keyPrefixOf(periodId)).map(({ playId }) => playId);
    expect(ofPeriod('premium.DE.1970-01')).toEqual(['before', 'after']);
    expect(ofPeriod('premium.DE.2026-10')).toEqual(['upper', 'p', 'q', 'longer', 'greater']);
    expect(ofPeriod('premium.DK.2026-10')).toEqual(['next']);
  });

  test('restore their segments', async () => {
    const segments = [
      { fromMs: 0, toMs: 10, wallMs: 11 },
      { fromMs: 150_000, toMs: 170_000, wallMs: 20_000 },
    ];
    const { data, ...fact } = playStopped('p1', 10);
    for (const told of [segments, segments.slice(1), []]) {
      const [play] = await playsFrom([{ ...fact, data: { ...data, segments: told } }]);
      expect(play && segmentsOf(play)).toEqual(told);
    }
  });

  test('are exempt from lateness when imported', async () => {
    const plays = await playsFrom([playStopped('p1', 31_000, { mode: 'import' })]);
    expect(plays).toMatchObject([{ receivedAt: null }]);
  });

  test('belong to the month of their start', async () => {
    const plays = await playsFrom([
      playStopped('last', 60_000, { startedAt: NOVEMBER - 1 }),
      playStopped('first', 60_000, { startedAt: NOVEMBER }),
    ]);
    expect(plays).toMatchObject([
      { playId: 'last', period: 'premium.DE.2026-10' },
      { playId: 'first', period: 'premium.DE.2026-11' },
    ]);
  });

  test('are the same when folded twice and in any batches', async () => {
    const facts = [playStopped('p1', 31_000), playStopped('p2', 1_000, { durationMs: null })];
    expect(await documentsOf(royaltyPlays, facts, { cuts: [1], times: 2 })).toEqual(
      await documentsOf(royaltyPlays, facts),
    );
  });
});
