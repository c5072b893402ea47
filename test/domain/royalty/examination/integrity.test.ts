import { describe, expect, test } from '@jest/globals';
import { allocateSmall } from '../../../../src/domain/royalty/rules/allocate.js';
import { reconcile } from '../../../../src/domain/royalty/rules/delivery.js';
import { splitByShares, splitEqually, UNMATCHED } from '../../../../src/domain/royalty/rules/shares.js';
import { feeByDay } from '../../../../src/domain/royalty/rules/mechanical.js';
import * as signals from '../../../../src/domain/royalty/rules/signals.js';
import { beyondTheDay } from '../../../../src/domain/royalty/rules/wall-clock.js';
import { heardIn } from '../../../../src/domain/shared/listening/segments.js';
import { DAY_MS } from '../../../../src/domain/shared/civil-date.js';

describe('heard and delivered (R20)', () => {
  const policy = { windowMs: 30 * DAY_MS, edgeToleranceMs: 2_000 };
  const play = (toMs: number) => ({
    segments: [{ fromMs: 0, toMs, wallMs: toMs }],
    startedAt: 40 * DAY_MS,
    endedAt: 40 * DAY_MS + toMs,
  });
  const heardMs = (result: ReturnType<typeof reconcile>) => heardIn(result.segments, null).uniqueMs;

  test('200 seconds heard of 40 delivered count as 42 at most', () => {
    const result = reconcile(policy, play(200_000), [{ fromMs: 0, toMs: 40_000, at: 40 * DAY_MS }]);
    expect(heardMs(result)).toBe(42_000);
    expect(heardIn(result.segments, null).wallMs).toBe(42_000);
    expect(result.fault).toBe('NO_DELIVERY_EVIDENCE');
  });
  test('a replay from the device needs no new bytes, for thirty days', () => {
    const at = (days: number) => [{ fromMs: 0, toMs: 200_000, at: (40 - days) * DAY_MS }];
    expect(reconcile(policy, play(200_000), at(30)).fault).toBeNull();
    expect(heardMs(reconcile(policy, play(200_000), at(31)))).toBe(0);
  });
  test('media delivered and not heard is not played', () =>
    expect(heardMs(reconcile(policy, play(10_000), [{ fromMs: 0, toMs: 200_000, at: 40 * DAY_MS }]))).toBe(
      10_000,
    ));
  test('evidence cannot come after the play', () =>
    expect(heardMs(reconcile(policy, play(10), [{ fromMs: 0, toMs: 10, at: 41 * DAY_MS }]))).toBe(0));
  test('a completely confirmed play stays as reported, with the time of segments without length', () => {
    const stood = { fromMs: 5_000, toMs: 5_000, wallMs: 30_000 };
    const told = { ...play(10_000), segments: [...play(10_000).segments, stood] };
    const result = reconcile(policy, told, [{ fromMs: 0, toMs: 10_000, at: 40 * DAY_MS }]);
    expect(result).toEqual({ segments: told.segments, fault: null });
    expect(reconcile(policy, { ...told, segments: [stood] }, []).segments).toEqual([stood]);
  });
  test('deliveries in parts with small gaps are one', () =>
    expect(
      reconcile(policy, play(100_000), [
        { fromMs: 52_000, toMs: 100_000, at: 40 * DAY_MS },
        { fromMs: 0, toMs: 50_000, at: 40 * DAY_MS },
      ]).fault,
    ).toBeNull());
});

describe('plays that cannot all be by humans', () => {
  test('a day has no more than its 24 hours (F2)', () => {
    const day = [
      { playbackId: 'a', startedAt: 0, countedMs: DAY_MS - 10 },
      { playbackId: 'b', startedAt: 1, countedMs: 11 },
      { playbackId: 'c', startedAt: 2, countedMs: 10 },
    ];
    expect([...beyondTheDay(DAY_MS, day)]).toEqual(['b']);
  });
});

describe('signals at their boundaries', () => {
  test.each([
    ['F4: ten plays a day', signals.isRepeated({ playsPerDayMax: 10 }, 10), false],
    ['F4: eleven', signals.isRepeated({ playsPerDayMax: 10 }, 11), true],
    ['F6: 1,000 km in an hour', signals.isImpossibleTravel({ kmPerHourMax: 1000 }, 1000, 3_600_000), false],
    ['F6: a millisecond less', signals.isImpossibleTravel({ kmPerHourMax: 1000 }, 1000, 3_599_999), true],
    ['F6: no distance, no time', signals.isImpossibleTravel({ kmPerHourMax: 1000 }, 0, 0), false],
    ['F8: ten accounts', signals.isCluster({ accountsMax: 10 }, 10), false],
    ['F11: 105 ms in 100', signals.isSpedUp({ speedMaxPpm: 1_050_000 }, 105, 100), false],
    ['F11: 106 ms in 100', signals.isSpedUp({ speedMaxPpm: 1_050_000 }, 106, 100), true],
    ['F12: the payee listens', signals.isOwnContent(new Set(['band']), ['label', 'band']), true],
    ['F12: somebody else does', signals.isOwnContent(new Set(['fan']), ['label', 'band']), false],
  ])('%s', (_what, found, expected) => expect(found).toBe(expected));

  test('F9: one account of a hundred carries half of the track', () => {
    const policy = { topAccountsPpm: 10_000, shareAtLeastPpm: 500_000, growthAtLeast: 50 };
    const fans = Array.from({ length: 99 }, () => 1);
    expect(signals.isConcentrated(policy, [...fans, 99])).toBe(true);
    expect(signals.isConcentrated(policy, [...fans, 98])).toBe(false);
    expect(signals.isConcentrated(policy, [])).toBe(false);
    expect(signals.isSurge(policy, 2, 100)).toBe(true);
    expect(signals.isSurge(policy, 0, 100)).toBe(false);
  });
  test('F10: tallies for people', () => {
    expect(signals.leadingDigits([1, 19, 200, 0])).toEqual([0, 2, 1, 0, 0, 0, 0, 0, 0, 0]);
    expect(signals.hoursOfDay([0, 3_600_000 * 25, -1])).toEqual([
      1,
      1,
      ...Array.from({ length: 21 }, () => 0),
      1,
    ]);
  });
});

describe('small rules', () => {
  test('no party can be confused with the unmatched part', () =>
    expect(() => splitByShares(1n, new Map([[UNMATCHED, 1n]]))).toThrow(RangeError));
  test('the small allocation rejects values beyond its limits', () => {
    expect(() => allocateSmall(2 ** 30, ['a'], [2 ** 30])).toThrow(RangeError);
    expect(() => allocateSmall(1, ['a', 'b'], [2, -1])).toThrow(RangeError);
    expect(allocateSmall(100, ['b', 'a', 'c'], [1, 1, 1])).toEqual([33, 34, 33]);
    expect(allocateSmall(1, ['a'], [0])).toBeUndefined();
  });
  test('a family plan splits its fee as equally as units allow', () =>
    expect(splitEqually(100n, ['c', 'a', 'b'])).toEqual(
      new Map([
        ['c', 33n],
        ['a', 34n],
        ['b', 33n],
      ]),
    ));
  test('a price that changed in the month is computed by day', () =>
    expect(
      feeByDay(30, [
        { fee: 9_990_000n, days: 14 },
        { fee: 10_990_000n, days: 16 },
      ]),
    ).toBe(10_523_333n));
});
