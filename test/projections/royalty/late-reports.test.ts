import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { listeningHistory } from '../../../src/projections/playback/listening-history.js';
import { playCounts } from '../../../src/projections/playback/play-counts.js';
import { royaltyUsage, royaltyUsageByTrack } from '../../../src/projections/royalty/royalty-usage.js';
import { lateReport, reported } from '../../support/playback/late-reports.js';
import { OCTOBER, playStarted, playStopped } from '../../support/playback/plays.js';
import { documentsOf } from '../../support/specs/projection-spec.js';

const live = [playStarted('p1'), playStopped('p1', 20_000)] as const;

describe('a play with numbered reports', () => {
  test('is in the history with all its reports', async () => {
    const facts = [
      ...reported('p1', [lateReport(2, [30_000, 50_000]), lateReport(1, [20_000, 30_000])], live),
    ];
    expect(Object.values(await documentsOf(listeningHistory, facts))).toMatchObject([
      { playedMs: 50_000, uniqueMs: 50_000, endedAt: OCTOBER + 50_000, reason: 'reported' },
    ]);
  });

  test('is one play, and counts once it has reached thirty seconds', async () => {
    const counts = async (...reports: Parameters<typeof reported>[1]) =>
      (await documentsOf(playCounts, reported('p1', reports, live)))['track-1'];
    expect(await counts()).toMatchObject({ plays: 1, counted: 0, playedMs: '20000' });
    expect(await counts(lateReport(1, [20_000, 29_999]))).toMatchObject({ plays: 1, counted: 0 });
    expect(await counts(lateReport(1, [20_000, 30_000]))).toMatchObject({ plays: 1, counted: 1 });
  });

  test('no longer counts when a shorter report contradicts the counting one', async () => {
    const facts = reported('p1', [lateReport(1, [20_000, 40_000]), lateReport(1, [20_000, 25_000])], live);
    expect(await documentsOf(playCounts, facts)).toMatchObject({
      'track-1': { plays: 1, counted: 0, playedMs: '25000', uniqueMs: '25000' },
    });
    expect(await documentsOf(royaltyUsageByTrack, facts)).toMatchObject({
      '2026-10|track-1|DE|premium': { plays: 1, creditPpm: 0, listenedMs: '25000' },
    });
  });

  test('gives the same sums for any order and repetition of deliveries', () => {
    const second = fc.nat(90).map((s) => s * 1_000);
    const reports = fc.array(fc.record({ seq: fc.nat(2), from: second, to: second }), {
      minLength: 1,
      maxLength: 6,
    });
    const arrivals = reports.chain((said) => {
      const commands = said.map(({ seq, from, to }) =>
        lateReport(seq, [Math.min(from, to), Math.max(from, to)]),
      );
      return fc.tuple(
        fc.constant(commands),
        fc.shuffledSubarray([...commands, ...commands], { minLength: 2 * commands.length }),
        fc.array(fc.nat(8)),
      );
    });
    return fc.assert(
      fc.asyncProperty(arrivals, fc.boolean(), async ([inOrder, shuffled, cuts], beganLive) => {
        const past = beganLive ? live : [];
        for (const projection of [listeningHistory, playCounts, royaltyUsage, royaltyUsageByTrack])
          expect(await documentsOf(projection, reported('p1', shuffled, past), { cuts, times: 2 })).toEqual(
            await documentsOf(projection, reported('p1', inOrder, past)),
          );
      }),
      { numRuns: 60 },
    );
  });
});
