import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  royaltyUsage,
  royaltyUsageByTrack,
  type UsageLine,
} from '../../../src/projections/royalty/royalty-usage.js';
import { OCTOBER, playStopped } from '../../support/playback/plays.js';
import { documentsOf } from '../../support/specs/projection-spec.js';
import { DAY_MS } from '../../../src/domain/shared/civil-date.js';

const NOVEMBER = OCTOBER + 31 * DAY_MS;

describe('royalty usage', () => {
  test('is credited by month, track, territory, offering and listener', async () => {
    const documents = await documentsOf(royaltyUsage, [
      playStopped('p1', 30_000),
      playStopped('p2', 40_000),
      playStopped('p3', 29_999),
      playStopped('p4', 30_000, { listenerId: 'bob' }),
      playStopped('p5', 30_000, { territory: 'FR' }),
      playStopped('p6', 30_000, { offering: 'free' }),
      playStopped('p7', 30_000, { trackId: 'track-2' }),
      playStopped('p8', 30_000, { startedAt: NOVEMBER }),
    ]);
    const ada = {
      month: '2026-10',
      trackId: 'track-1',
      territory: 'DE',
      offering: 'premium',
      listenerId: 'ada',
    };
    const one = { plays: 1, creditPpm: 1_000_000, listenedMs: '30000' };
    expect(documents).toEqual({
      '2026-10|ada|track-1|DE|premium': { ...ada, plays: 3, creditPpm: 2_000_000, listenedMs: '99999' },
      '2026-10|bob|track-1|DE|premium': { ...ada, ...one, listenerId: 'bob' },
      '2026-10|ada|track-1|FR|premium': { ...ada, ...one, territory: 'FR' },
      '2026-10|ada|track-1|DE|free': { ...ada, ...one, offering: 'free' },
      '2026-10|ada|track-2|DE|premium': { ...ada, ...one, trackId: 'track-2' },
      '2026-11|ada|track-1|DE|premium': { ...ada, ...one, month: '2026-11' },
    });
  });

  test('belongs to the month in which the play started, even if it ended in the next', async () => {
    const documents = await documentsOf(royaltyUsage, [
      playStopped('p1', 60_000, { startedAt: NOVEMBER - 1 }),
    ]);
    expect(Object.keys(documents)).toEqual(['2026-10|ada|track-1|DE|premium']);
  });

  test('counts time at double speed once', async () => {
    const { data, ...rest } = playStopped('p1', 60_000);
    const fast = {
      ...rest,
      data: { ...data, segments: [{ fromMs: 0, toMs: 60_000, wallMs: 29_999 }], wallMs: 29_999 },
    };
    expect(await documentsOf(royaltyUsageByTrack, [fast])).toMatchObject({
      '2026-10|track-1|DE|premium': { plays: 1, creditPpm: 0, listenedMs: '29999' },
    });
  });

  test('by track is the sum over its listeners', async () => {
    const plays = fc.array(
      fc.record({
        listened: fc.integer({ min: 0, max: 60_000 }),
        listenerId: fc.constantFrom('ada', 'bob'),
        trackId: fc.constantFrom('track-1', 'track-2'),
        territory: fc.constantFrom('DE', 'ZZ'),
        startedAt: fc.constantFrom(OCTOBER, NOVEMBER),
      }),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(plays, async (all) => {
        const facts = all.map(({ listened, ...over }, n) => playStopped(`p${n}`, listened, over));
        const sums: Record<string, object> = {};
        for (const line of Object.values(await documentsOf(royaltyUsage, facts)) as UsageLine[]) {
          const { listenerId: _one, ...track } = line;
          const key = `${track.month}|${track.trackId}|${track.territory}|${track.offering}`;
          const before = sums[key] as typeof track | undefined;
          sums[key] = {
            ...track,
            plays: (before?.plays ?? 0) + track.plays,
            creditPpm: (before?.creditPpm ?? 0) + track.creditPpm,
            listenedMs: String(BigInt(before?.listenedMs ?? 0) + BigInt(track.listenedMs)),
          };
        }
        expect(await documentsOf(royaltyUsageByTrack, facts)).toEqual(sums);
      }),
    );
  });
});
