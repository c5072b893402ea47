import { describe, expect, test } from '@jest/globals';
import { PER_PERFORMANCE } from '../../../../src/domain/royalty/rulesets/defaults.js';
import type { Ruleset } from '../../../../src/domain/royalty/rulesets/ruleset.js';
import type { CaseFacts } from '../../../../src/domain/royalty/statements/settlement.js';
import { OCTOBER } from '../../../support/playback/plays.js';
import { aPlay, LENIENT, type Month, revenue, settled, shares } from '../../../support/royalty/month.js';
import { DAY_MS } from '../../../../src/domain/shared/civil-date.js';

// R18: what was found artificial is not paid, costs its label, and what it costs goes back to the pool.

const penalties = (over: Partial<Ruleset['penalties']>, ruleset = LENIENT): Ruleset => ({
  ...ruleset,
  penalties: { flat: null, percentPpm: null, ...over },
});

const FLAT = penalties({ flat: { thresholdPpm: 900_000, feePerTrack: '10' } });
const HALF = penalties({ percentPpm: 500_000 });

/** Plays of a bot, which a person has confirmed to be one. */
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

  test('is charged to its payees by their shares where more than the threshold was artificial', () => {
    // 10 of 11 are more than 90 %. Of 1,000 the track earns 100 with its honest play, and 1 of the 10 that come back.
    expect(linesOf(of(1))).toEqual({
      farmed: {
        amount: 91n,
        splits: { 'payee:shady': 68n, 'payee:unaware': 23n },
        artificial: 10,
        // 7.5 and 2.5: of equal remainders the lower id has the unit.
        charges: { 'payee:shady': -8n, 'payee:unaware': -2n },
      },
      honest: { amount: 909n, splits: { 'payee:label': 909n } },
    });
  });

  test('is charged for a track that has nothing but artificial plays: its line is below 0', () => {
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

  test('is not charged for just as much as the threshold', () => {
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

describe('the part of what artificial plays would have earned', () => {
  test('is charged by their part of a pool that had them in it', () => {
    // 4 of 12 credits of 1,000 are 333; half of it 166, which comes back to 1,166 for 8 plays.
    const { lines, summary } = settled(
      month({ ruleset: HALF, plays: [...plays('bot', 'farmed', 4), ...plays('eve', 'honest', 8)] }),
    );
    expect(lines.map(({ trackId, amount }) => [trackId, amount])).toEqual([
      ['farmed', -166n],
      ['honest', 1_166n],
    ]);
    expect(summary).toMatchObject({ pool: '1000', payable: '1000', penalties: '-166', tracks: 2 });
  });

  test('is of the rate where each play has one', () => {
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

  test('is charged to those who had the shares when the artificial plays were made', () => {
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

  test('is not charged where nobody, or too many, have the right', () => {
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

  test('waits in suspense where no track has earned anything', () => {
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
