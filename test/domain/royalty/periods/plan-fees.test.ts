import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Fraction } from 'fraction.js';
import { feesOfPlans, type PlanFee } from '../../../../src/domain/royalty/periods/plan-fees.js';

const month = '2026-09';
const of = (members: readonly string[], ...prices: readonly (readonly [string, number])[]): PlanFee => ({
  members,
  prices: prices.map(([amount, days]) => ({ amount, days })),
});
const fees = (...plans: readonly PlanFee[]) => {
  const found = feesOfPlans(plans, month);
  return 'rejected' in found
    ? found.rejected
    : Object.fromEntries(found.map((f) => [f.listenerId, f.amount]));
};

describe('the fees of plans', () => {
  test('are split equally among the members, by the largest remainder (edge case 33)', () =>
    expect(fees(of(['c', 'a', 'b'], ['16990000', 30]))).toEqual({
      a: '5663334',
      b: '5663333',
      c: '5663333',
    }));
  test('are computed by day when a price changes within the month, and floored once (edge case 34)', () =>
    // 13 days at 9.99 and 17 at 10.99: 10.556666…
    expect(fees(of(['ada'], ['9990000', 13], ['10990000', 17]))).toEqual({ ada: '10556666' }));
  test('cover only the days of the plan', () =>
    expect(fees(of(['ada'], ['9000000', 10]))).toEqual({ ada: '3000000' }));
  test('of one listener add up', () =>
    expect(fees(of(['ada', 'bob'], ['10', 30]), of(['ada'], ['7', 30]))).toEqual({ ada: '12', bob: '5' }));
  test('may be 0: a free trial (edge case 32)', () =>
    expect(fees(of(['ada'], ['0', 30]))).toEqual({ ada: '0' }));

  test.each([
    ['no members', of([], ['1', 1]), 'BadListenerFees'],
    ['a member twice', of(['a', 'a'], ['1', 1]), 'BadListenerFees'],
    ['no price', of(['a']), 'BadListenerFees'],
    ['a price below 0', of(['a'], ['-1', 1]), 'BadAmount'],
    ['no days', of(['a'], ['1', 0]), 'DateOutsidePeriod'],
    ['days beyond the month', of(['a'], ['1', 20], ['1', 11]), 'DateOutsidePeriod'],
    ['half a day', of(['a'], ['1', 0.5]), 'DateOutsidePeriod'],
  ])('are rejected for %s', (_what, plan, code) => expect(fees(plan)).toBe(code));

  test('equal exact fractions to the unit', () => {
    const price = fc.tuple(fc.bigInt(0n, 10n ** 12n).map(String), fc.integer({ min: 1, max: 10 }));
    fc.assert(
      fc.property(
        fc.array(price, { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 1, max: 7 }),
        (prices, n) => {
          const members = Array.from({ length: n }, (_, i) => `m${i}`);
          const whole = prices
            .reduce((sum, [amount, days]) => sum.add(new Fraction(amount).mul(days).div(30)), new Fraction(0))
            .floor();
          const found = Object.values(fees(of(members, ...prices))).map((amount) => new Fraction(amount));
          expect(found.reduce((sum, fee) => sum.add(fee), new Fraction(0)).equals(whole)).toBe(true);
          for (const fee of found) expect(fee.sub(whole.div(n)).abs().compare(1)).toBe(-1);
        },
      ),
    );
  });
});
