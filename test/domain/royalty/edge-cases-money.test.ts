import { describe, expect, test } from '@jest/globals';
import { openSignals } from '../../../src/domain/royalty/examination/examination-signals.js';
import { periodIdOf } from '../../../src/domain/royalty/periods/period-id.js';
import { allocate } from '../../../src/domain/royalty/rules/allocate.js';
import { closeAccountPeriod } from '../../../src/domain/royalty/payees/account.js';
import type { PeriodInput } from '../../../src/domain/royalty/periods/period-events.js';
import { feesOfPlans } from '../../../src/domain/royalty/periods/plan-fees.js';
import {
  ARTIST_CENTRIC,
  US_MECHANICAL,
  USER_CENTRIC,
} from '../../../src/domain/royalty/rulesets/defaults.js';
import type { Ruleset } from '../../../src/domain/royalty/rulesets/ruleset.js';
import { eligibleTracks } from '../../../src/domain/royalty/sharing/eligible-tracks.js';
import { windowOf } from '../../../src/domain/royalty/counting/window.js';
import { monthEnd, monthOf, monthStart } from '../../../src/domain/shared/calendar.js';
import { OCTOBER } from '../../support/playback/plays.js';
import {
  aPlay,
  LENIENT,
  type Month,
  PERIOD,
  revenue,
  settled,
  shares,
  usageOf,
} from '../../support/royalty/month.js';
import { DAY_MS } from '../../../src/domain/shared/civil-date.js';

// The edge cases of money that one settlement decides, by the numbers of docs/edge-cases.md. Those that need several are
// in test/application/royalty/edge-cases.test.ts.

const splitsOf = (month: Month) =>
  Object.fromEntries(
    settled(month).lines.flatMap(({ trackId, splits }) =>
      splits.map(({ account, amount }) => [`${trackId} ${account}`, amount]),
    ),
  );
const amountsOf = (month: Month) =>
  Object.fromEntries(settled(month).lines.map(({ trackId, amount }) => [trackId, amount]));

const WHOLE: Ruleset = { ...LENIENT, sharing: { model: 'proRata', distributablePpm: 1_000_000 } };
const BY_USER: Ruleset = {
  ...USER_CENTRIC,
  counting: LENIENT.counting,
  sharing: { model: 'userCentric', distributablePpm: 1_000_000, idleFees: 'pro-rata' },
};
const feesOf = (table: Readonly<Record<string, string>>): PeriodInput => ({
  type: 'ListenerFeesRecorded',
  data: {
    reportId: 'fees',
    currency: 'EUR',
    at: OCTOBER,
    fees: Object.entries(table).map(([listenerId, amount]) => ({ listenerId, amount })),
  },
});
const plays = (count: number, over: Parameters<typeof aPlay>[0]) =>
  Array.from({ length: count }, () => aPlay(over));

test('29: a loop of noise has no weight where the ruleset gives noise none', () =>
  expect(
    amountsOf({
      ruleset: { ...ARTIST_CENTRIC, counting: LENIENT.counting },
      inputs: [revenue(1_000n)],
      plays: [...plays(9, { trackId: 'rain' }), aPlay({ trackId: 'song' })],
      recordings: { rain: { artistId: 'weather', isNoise: true } },
    }),
  ).toEqual({ rain: 0n, song: 550n }));

test('29: noise below the minimum length or of unknown length earns nothing', () => {
  const noisy = (durationMs: number | null, noiseMinMs?: number) =>
    amountsOf({
      ruleset: {
        ...LENIENT,
        sharing: {
          ...ARTIST_CENTRIC.sharing,
          noiseWeight: 1,
          ...(noiseMinMs !== undefined && { noiseMinMs }),
        } as typeof ARTIST_CENTRIC.sharing,
      },
      inputs: [revenue(1_000n)],
      plays: [aPlay({ trackId: 'rain', durationMs }), aPlay({ trackId: 'song', durationMs: 60_000 })],
      recordings: { rain: { artistId: 'weather', isNoise: true } },
    });
  const [fraction, nothing] = [
    { rain: 275n, song: 275n },
    { rain: 0n, song: 550n },
  ];
  expect(noisy(119_999)).toEqual(fraction);
  expect(noisy(119_999, 120_000)).toEqual(nothing);
  expect(noisy(120_000, 120_000)).toEqual(fraction);
  expect(noisy(null, 120_000)).toEqual(nothing);
});

test('30: a track below the minimum of streams leaves its part to the others, not to the platform', () => {
  const policy = { minStreams: 3, windowMonths: 12, minListeners: null };
  const all = [...plays(2, { trackId: 'rare' }), ...plays(3, { trackId: 'known' })];
  const eligible = eligibleTracks(policy, usageOf({ plays: all }).tracks, new Map());
  expect([...eligible]).toEqual(['known']);
  expect([...eligibleTracks(policy, usageOf({ plays: all }).tracks, new Map([['rare', 1]]))]).toEqual([
    'known',
    'rare',
  ]);
  const month = {
    ruleset: WHOLE,
    inputs: [revenue(100n)],
    plays: all.filter((p) => eligible.has(p.trackId)),
  };
  expect(settled(month).summary).toMatchObject({ pool: '100', unmatched: '100', platform: '0' });
});

test('31: the fee of a subscriber without plays is shared among all tracks', () =>
  expect(
    amountsOf({
      ruleset: BY_USER,
      inputs: [revenue(30n), feesOf({ ada: '10', bob: '10', idle: '10' })],
      plays: [aPlay({ trackId: 'a' }), aPlay({ listenerId: 'bob', trackId: 'b' })],
    }),
  ).toEqual({ a: 15n, b: 15n }));

test('32: plays of a free trial count and earn nothing of a fee of 0', () =>
  expect(
    amountsOf({
      ruleset: BY_USER,
      inputs: [revenue(10n), feesOf({ ada: '10', trial: '0' })],
      plays: [aPlay({ trackId: 'a' }), aPlay({ listenerId: 'trial', trackId: 'b' })],
    }),
  ).toEqual({ a: 10n, b: 0n }));

test('33, 34: a family pays equal parts, a changed price is computed by day', () => {
  const plan = {
    members: ['bob', 'ada'],
    prices: [
      { amount: '310', days: 1 },
      { amount: '620', days: 30 },
    ],
  };
  const fees = feesOfPlans([plan], PERIOD.month);
  if ('rejected' in fees) throw new Error(fees.rejected);
  expect(fees).toEqual([
    { listenerId: 'ada', amount: '305' },
    { listenerId: 'bob', amount: '305' },
  ]);
  const month = {
    ruleset: BY_USER,
    inputs: [revenue(610n), feesOf(Object.fromEntries(fees.map((fee) => [fee.listenerId, fee.amount])))],
    plays: [...plays(9, { trackId: 'a' }), aPlay({ listenerId: 'bob', trackId: 'b' })],
  };
  expect(amountsOf(month)).toEqual({ a: 305n, b: 305n });
});

describe('shares of a right', () => {
  const one = (table: Readonly<Record<string, number>>) => ({
    ruleset: WHOLE,
    inputs: [revenue(100n)],
    plays: [aPlay(), aPlay({ trackId: 'track-2' })],
    timelines: { 'track-1': [shares(table)], 'track-2': [shares({ indie: 1_000_000 })] } as const,
  });
  test('36: below 100% leave the rest unmatched', () =>
    expect(splitsOf(one({ label: 900_000 }))).toEqual({
      'track-1 payee:label': 45n,
      'track-1 unmatched:track-1': 5n,
      'track-2 payee:indie': 50n,
    }));
  test('37: above 100% put the whole track in dispute, and no other track', () =>
    expect(splitsOf(one({ label: 900_000, other: 100_001 }))).toEqual({
      'track-1 disputed:track-1': 50n,
      'track-2 payee:indie': 50n,
    }));
  test('39: that changed within the month apply as of the start of each play', () => {
    const change = OCTOBER + DAY_MS;
    const timelines = {
      'track-1': [shares({ old: 1_000_000 }), shares({ new: 1_000_000 }, change)] as const,
    };
    const month = { ruleset: WHOLE, inputs: [revenue(100n)], timelines };
    // It starts a millisecond before the change and is heard after it.
    expect(
      splitsOf({ ...month, plays: [aPlay({ startedAt: change - 1 }), aPlay({ startedAt: change })] }),
    ).toEqual({ 'track-1 payee:new': 50n, 'track-1 payee:old': 50n });
  });
});

test('45: a play by the artist of the track counts, and is a signal', () => {
  const own = plays(3, { listenerId: 'label', trackId: 'track-1' });
  const timelines = { 'track-1': [shares({ label: 1_000_000 })] as const };
  expect(settled({ ruleset: WHOLE, plays: own, timelines }).summary).toMatchObject({ counted: 3, held: 0 });
  const scope = { ruleset: WHOLE, periodId: periodIdOf(PERIOD), window: windowOf(PERIOD.month) };
  const signals = openSignals(scope, () => timelines['track-1']);
  signals.add('label', own);
  expect(signals.signals().signals).toContainEqual({
    rule: 'F12',
    listenerId: 'label',
    trackId: 'track-1',
    plays: 3,
  });
});

test('48: a track of more than five minutes gets more of the split and adds nothing to the pool', () => {
  const month = (durationMs: number) => ({
    ruleset: { ...US_MECHANICAL, counting: { ...US_MECHANICAL.counting, concurrency: null } },
    inputs: [revenue(1_000_000n)],
    plays: [aPlay({ trackId: 'short' }), aPlay({ trackId: 'long', durationMs })],
  });
  // 15.3 % of the revenue in 2026, by 10 and 12 tenths.
  expect(amountsOf(month(300_000))).toEqual({ short: 76_500n, long: 76_500n });
  expect(amountsOf(month(300_001))).toEqual({ short: 69_545n, long: 83_455n });
});

test('50: one unit for three goes to the lowest id', () =>
  expect(allocate(1n, new Map(['c', 'a', 'b'].map((id) => [id, 1n]))).parts).toEqual(
    new Map([
      ['c', 0n],
      ['a', 1n],
      ['b', 0n],
    ]),
  ));

test('51: an amount below a cent stays in the balance', () => {
  const terms = { minPayout: 0n, minorDigits: 2 };
  expect(closeAccountPeriod(terms, 0n, 9_999n)).toEqual({ earned: 9_999n, paid: 0n, closing: 9_999n });
  expect(closeAccountPeriod(terms, 9_999n, 1n)).toEqual({ earned: 1n, paid: 10_000n, closing: 0n });
});

test('58: a month is its UTC milliseconds, without leap seconds and summer time', () => {
  expect(monthEnd('2016-12') - monthStart('2016-12')).toBe(31 * DAY_MS);
  expect(monthEnd('2026-03') - monthStart('2026-03')).toBe(31 * DAY_MS);
  expect(monthOf(monthEnd('2016-12'))).toBe('2017-01');
});
