import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { openMoneySums } from '../../../../src/domain/royalty/sharing/money-sums.js';

test('small and large parts add up exactly, also beyond safe integers', () => {
  const amount = fc.oneof(fc.nat(10), fc.constantFrom(2 ** 52, Number.MAX_SAFE_INTEGER));
  fc.assert(
    fc.property(fc.array(fc.record({ place: fc.nat(2), amount, isSmall: fc.boolean() })), (added) => {
      const sums = openMoneySums(3);
      const expected = [0n, 0n, 0n];
      for (const { place, amount, isSmall } of added) {
        if (isSmall) sums.addSmall([0, amount], () => place);
        else sums.add(place, BigInt(amount));
        expected[place]! += BigInt(amount);
      }
      expect(sums.amounts()).toEqual(expected);
    }),
  );
});
