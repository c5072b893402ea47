import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { decimalOf } from '../../../src/domain/shared/money.js';

test.each([
  ['0', '0.000000'],
  ['1', '0.000001'],
  ['-1', '-0.000001'],
  ['999999', '0.999999'],
  ['1000000', '1.000000'],
  ['-12345678', '-12.345678'],
])('%s micro-units are %s of the major unit', (micros, decimal) => {
  expect(decimalOf(micros)).toBe(decimal);
  expect(decimalOf(BigInt(micros))).toBe(decimal);
});

test('a decimal without its point is the amount that it was made from', () =>
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), (micros) => {
      expect(BigInt(decimalOf(micros).replace('.', ''))).toBe(micros);
    }),
  ));
