import { describe, expect, test } from '@jest/globals';
import { PER_PERFORMANCE } from '../../../../src/domain/royalty/rulesets/defaults.js';
import type { Ruleset } from '../../../../src/domain/royalty/rulesets/ruleset.js';
import type { CaseFacts } from '../../../../src/domain/royalty/statements/settlement.js';
import { OCTOBER } from '../../../support/playback/plays.js';
import { aPlay, LENIENT, type Month, revenue, settled, shares } from '../../../support/royalty/month.js';
import { DAY_MS } from '../../../../src/domain/shared/civil-date.js';

// R18: artificial plays are not paid. Their label is charged, and the charge returns to the pool.

const penalties = (over: Partial<Ruleset['penalties']>, ruleset = LENIENT): Ruleset => ({
  ...ruleset,
  penalties: { flat: null, percentPpm: null, ...over },
});

const FLAT = penalties({ flat: { thresholdPpm: 900_000, feePerTrack: '10' } });
const HALF = penalties({ percentPpm: 500_000 });

/** Plays of a bot, confirmed as such by a person. */
const CONFIRMED: readonly CaseFacts[] = [
  { caseId: 'c1', subject: { kind: 'listener', id: 'bot' }, status: 'confirm' },
];
const plays = (listenerId: string, trackId: string, count: number) =>
  Array.from({ length: count }, () => aPlay({ listenerId, trackId }));

const TIMELINES = {
  farmed: [shares({ shady: 750_000, unaware: 250_000 })],
  honest: [shares({ label: 1_000_000 })],
} as const;

const month = (over: Partial<Month> & Pick<Month, 'plays' | 'ruleset'>): Month => ({
  inputs: [revenue(1_000n)],
  timelines: TIMELINES,
  cases: CONFIRMED,
  ...over,
});

const linesOf = (one: Month) =>
  Object.fromEntries(
    settled(one).lines.map(({ trackId, amount, splits, penalty }) => [
      trackId,
      {
        amount,
        splits: Object.fromEntries(splits.map(({ account, amount }) => [account, amount])),
        ...(penalty && {
          artificial: penalty.artificial,
          charges: Object.fromEntries(penalty.charges.map(({ account, amount }) => [account, amount])),
        }),
      },
    ]),
  );

describe('the fee for a track and month', () => {
  const of = (honest: number) =>
    month({
      ruleset: FLAT,
      plays: [...plays('bot', 'farmed', 10), ...plays('ada', 'farmed', honest), ...plays('eve', 'honest', 9)],
    });

  test('is charged to its payees by their shares when the artificial part exceeds the threshold', () => {
    // 10 of 11 are more than 90%. Of 1,000 the track earns 100 with its honest play, and 1 of the 10 that return to the pool.
    expect(linesOf(of(1))).toEqual({
      farmed: {
        amount: 91n,
        splits: { 'payee:shady': 68n, 'payee:unaware': 23n },
        artificial: 10,
        // 7.5 and 2.5: with equal remainders the lower id gets the unit.
        charges: { 'payee:shady': -8n, 'payee:unaware': -2n },
      },
      honest: { amount: 909n, splits: { 'payee:label': 909n } },
    });
  });

  test('is charged for a track with only artificial plays: its line is below 0', () => {
    expect(linesOf(of(0))).toEqual({
      farmed: {
        amount: -10n,
        splits: { 'payee:shady': -8n, 'payee:unaware': -2n },
        artificial: 10,
        charges: { 'payee:shady': -8n, 'payee:unaware': -2n },
      },
      honest: { amount: 1_010n, splits: { 'payee:label': 1_010n } },
    });
  });

  test('is not charged at exactly the threshold', () => {
    const exactly = month({
      ruleset: FLAT,
      plays: [...plays('bot', 'farmed', 9), ...plays('ada', 'farmed', 1), ...plays('eve', 'honest', 9)],
    });
    expect(linesOf(exactly)['farmed']).toEqual({
      amount: 100n,
      splits: { 'payee:shady': 75n, 'payee:unaware': 25n },
    });
  });

  test('is not charged while a case is open', () => {
    const { summary } = settled({ ...of(1), cases: [{ ...CONFIRMED[0], status: 'open' } as CaseFacts] });
    expect(summary).toMatchObject({ held: 10 });
    expect(summary).not.toHaveProperty('penalties');
  });
});

describe('the part of the amount that artificial plays would have earned', () => {
  test('is computed from their part of a pool that includes them', () => {
    // 4 of 12 credits of 1,000 are 333; half of that, 166, returns to the pool: 1,166 for 8 plays.
    const { lines, summary } = settled(
      month({ ruleset: HALF, plays: [...plays('bot', 'farmed', 4), ...plays('eve', 'honest', 8)] }),
    );
    expect(lines.map(({ trackId, amount }) => [trackId, amount])).toEqual([
      ['farmed', -166n],
      ['honest', 1_166n],
    ]);
    expect(summary).toMatchObject({ pool: '1000', payable: '1000', penalties: '-166', tracks: 2 });
  });

  test('is computed from the rate when each play has one', () => {
    const { lines } = settled(
      month({
        ruleset: penalties({ percentPpm: 100_000 }, { ...PER_PERFORMANCE, counting: LENIENT.counting }),
        plays: [...plays('bot', 'farmed', 3), ...plays('eve', 'honest', 1)],
      }),
    );
    // 2,800 each in 2026.
    expect(lines.map(({ trackId, amount }) => [trackId, amount])).toEqual([
      ['farmed', -840n],
      ['honest', 3_640n],
    ]);
  });

  test('is charged to the holders of the shares at the time of the artificial plays', () => {
    const change = OCTOBER + DAY_MS;
    const one = month({
      ruleset: HALF,
      timelines: {
        ...TIMELINES,
        farmed: [shares({ seller: 1_000_000 }), shares({ buyer: 1_000_000 }, change)],
      },
      plays: [
        ...[1, 2, 3].map((n) =>
          aPlay({ listenerId: 'bot', trackId: 'farmed', startedAt: change - n * 600_000 }),
        ),
        aPlay({ listenerId: 'bot', trackId: 'farmed', startedAt: change }),
        ...plays('eve', 'honest', 8),
      ],
    });
    // Of 166: 3 of 4, and 1.
    expect(linesOf(one)['farmed']?.charges).toEqual({ 'payee:buyer': -41n, 'payee:seller': -125n });
  });

  test('is not charged for unmatched or disputed shares', () => {
    const farmed = (table: Readonly<Record<string, number>>) =>
      linesOf(
        month({
          ruleset: HALF,
          timelines: { ...TIMELINES, farmed: [shares(table)] },
          plays: [...plays('bot', 'farmed', 4), ...plays('eve', 'honest', 8)],
        }),
      );
    expect(farmed({ a: 600_000, b: 600_000 })).toEqual({
      honest: { amount: 1_000n, splits: { 'payee:label': 1_000n } },
    });
    // 40 % of 166 are 66.
    expect(farmed({ a: 400_000 })).toMatchObject({
      farmed: { amount: -66n, splits: { 'payee:a': -66n } },
      honest: { amount: 1_066n },
    });
  });

  test('waits in suspense when no track has earned anything', () => {
    const { summary, journals } = settled(month({ ruleset: HALF, plays: plays('bot', 'farmed', 4) }));
    expect(summary).toMatchObject({ pool: '1000', payable: '-500', suspense: '1500', penalties: '-500' });
    expect(journals.at(-1)?.lines).toEqual([
      { account: 'pool:premium.DE.2026-10', amount: -1_000n },
      { account: 'payee:shady', amount: -375n },
      { account: 'payee:unaware', amount: -125n },
      { account: 'suspense:NO_USAGE', amount: 1_000n },
      { account: 'suspense:PENALTIES', amount: 500n },
    ]);
  });
});
