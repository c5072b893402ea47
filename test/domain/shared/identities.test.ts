import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { compareBytes } from '../../../src/domain/shared/exact/byte-order.js';
import { canonicalJson, utf8 } from '../../../src/domain/shared/exact/canonical-json.js';
import {
  DAY_MS,
  civilDate,
  dayNumber,
  daysInMonth,
  parseDate,
} from '../../../src/domain/shared/civil-date.js';
import { microsPerMinor, minorDigitsOf } from '../../../src/domain/shared/currency.js';
import { canonicalIdentifier, isIdentifier } from '../../../src/domain/shared/identifiers.js';
import { floorDiv, mulDiv, productAtLeast, rational } from '../../../src/domain/shared/exact/integers.js';
import { fromHex, hex } from '../../../src/domain/shared/exact/sha256.js';

const text = fc.string({ unit: 'binary' }).filter((it) => it.isWellFormed());

describe('ids', () => {
  test('are ordered as their UTF-8 bytes', () =>
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
      { numRuns: 1_000 },
    ));
  test('put an astral character behind the last of the basic plane', () =>
    expect(compareBytes('\u{1F600}', '\uffff')).toBeGreaterThan(0));
});

describe('canonical JSON', () => {
  test('sorts names by UTF-16 unit at every depth, as RFC 8785 prints it', () =>
    expect(
      canonicalJson({
        '\u20ac': 1,
        '\r': 2,
        '\ufb33': 3,
        '1': 4,
        '\u{1F600}': 5,
        '\u0080': 6,
        ö: { b: 1, a: [] },
      }),
    ).toBe('{"\\r":2,"1":4,"\u0080":6,"ö":{"a":[],"b":1},"\u20ac":1,"\u{1F600}":5,"\ufb33":3}'));
  test('writes integers beyond 2^53 as strings', () =>
    expect(canonicalJson([9_007_199_254_740_991n, 9_007_199_254_740_992n, -0])).toBe(
      '[9007199254740991,"9007199254740992",0]',
    ));
  test('leaves out what is undefined', () =>
    expect(canonicalJson({ a: undefined, b: null })).toBe('{"b":null}'));
  test.each([[0.5], [Number.NaN], [2 ** 53], ['\ud800']])('refuses %p', (value) =>
    expect(() => canonicalJson(value)).toThrow(TypeError),
  );
  test('has the UTF-8 bytes that the host would give it', () =>
    fc.assert(fc.property(text, (it) => expect(Buffer.from(utf8(it)).equals(Buffer.from(it))).toBe(true))));
  test('hexadecimal goes there and back', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => expect(fromHex(hex(bytes))).toEqual(bytes)));
    expect(fromHex('0g')).toBeUndefined();
    expect(fromHex('abc')).toBeUndefined();
  });
});

describe('integers', () => {
  const safe = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
  test('⌊a × b / c⌋ is exact whatever the size of the product', () =>
    fc.assert(
      fc.property(
        safe,
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.integer({ min: 1_000_000, max: 2 ** 40 }),
        (a, b, c) => {
          expect(BigInt(mulDiv(a, b, c))).toBe((BigInt(a) * BigInt(b)) / BigInt(c));
          expect(productAtLeast(a, b, c, b)).toBe(BigInt(a) * BigInt(b) >= BigInt(c) * BigInt(b));
        },
      ),
    ));
  test('floors go down below zero too', () => {
    expect(floorDiv(-7n, 2n)).toBe(-4n);
    expect(floorDiv(-8n, 2n)).toBe(-4n);
    expect(floorDiv(7n, 2n)).toBe(3n);
  });
  test('fractions are in lowest terms, the sign above', () =>
    expect(rational(6n, -4n)).toEqual({ numerator: -3n, denominator: 2n }));
});

describe('days', () => {
  test('count as the host counts them', () =>
    fc.assert(
      fc.property(fc.integer({ min: -62_135_596_800_000, max: 253_402_300_799_999 }), (at) => {
        const day = new Date(at);
        const date = { year: day.getUTCFullYear(), month: day.getUTCMonth() + 1, day: day.getUTCDate() };
        expect(civilDate(at)).toEqual(date);
        expect(dayNumber(date)).toBe(Math.floor(at / DAY_MS));
      }),
    ));
  test('29 February exists in leap years only', () => {
    expect([1900, 2000, 2026, 2028].map((year) => daysInMonth(year, 2))).toEqual([28, 29, 28, 29]);
    expect(parseDate('2028-02-29')).toEqual({ year: 2028, month: 2, day: 29 });
    for (const text of ['2026-02-29', '2026-13-01', '2026-00-01', '2026-01-00', '2026-1-1'])
      expect(parseDate(text)).toBeUndefined();
  });
});

describe('identifiers', () => {
  test.each([
    ['ISWC', 'T-034.524.680-1', 'T0345246801'],
    ['ISRC', 'us-skg-19-12345', 'USSKG1912345'],
    ['ISRC', 'ISRC US-SKG-19-12345', 'USSKG1912345'],
    ['ISNI', '0000 0001 2281 955X', '000000012281955X'],
    ['IPIbase', 'I-000000229-7', 'I-000000229-7'],
    ['IPIbase', 'i0000002297', 'I-000000229-7'],
    ['EAN', '4 006381 333931', '4006381333931'],
    ['GRid', 'A1-2425G-ABC1234002-M', 'A12425GABC1234002M'],
  ] as const)('%s %s is stored as %s', (type, printed, stored) => {
    expect(canonicalIdentifier(type, printed)).toBe(stored);
    expect(isIdentifier(type, stored)).toBe(true);
  });
  test.each([
    ['ISWC', 'T0345246801'],
    ['ISNI', '000000012281955X'],
    ['GRid', 'A12425GABC1234002M'],
    ['DPID', 'PADPIDA2014111801Y'],
    ['EAN', '4006381333931'],
    ['IPIname', '00014107338'],
  ] as const)('%s %s does not survive one wrong digit', (type, value) => {
    for (let i = 0; i < value.length; i++) {
      if (!/\d/.test(value[i] ?? '')) continue;
      const wrong = value.slice(0, i) + String((Number(value[i]) + 1) % 10) + value.slice(i + 1);
      expect([wrong, isIdentifier(type, wrong)]).toEqual([wrong, false]);
    }
  });
});

test('currencies have the decimals of ISO 4217', () => {
  expect(['JPY', 'EUR', 'KWD', 'UYW', 'XXQ'].map(minorDigitsOf)).toEqual([0, 2, 3, 4, undefined]);
  expect(microsPerMinor(2)).toBe(10_000n);
  expect(() => microsPerMinor(7)).toThrow(RangeError);
});
