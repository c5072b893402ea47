import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { NumberedNames } from '../../../../src/application/royalty/replay/numbered-names.js';

const counted = (n: number) => `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

/** Names with the same hash: the third word cancels the first one. */
const colliding = (n: number): string => {
  const first = (Math.imul(n, 0x85ebca6b) >>> 0).toString(16).padStart(8, '0');
  return `${first}-0000-0000-${n
    .toString(16)
    .padStart(8, '0')
    .replace(/^(.{4})/, '$1-')}00000000`;
};

describe('names by number', () => {
  test('are assigned once each, in order of first occurrence', () => {
    const name = fc.oneof(
      fc.uuid(),
      fc.nat(99).map(counted),
      fc.nat(99).map(colliding),
      fc.nat(99).map((n) => `name-${n}`),
      fc.constantFrom('', counted(1).toUpperCase(), counted(1).replaceAll('-', '')),
    );
    fc.assert(
      fc.property(fc.array(name, { maxLength: 400 }), (names) => {
        const numbered = new NumberedNames();
        const order = [...new Set(names)];
        const met = new Set<string>();
        for (const one of names) {
          expect(numbered.has(one)).toBe(met.has(one));
          expect(numbered.numberOf(one)).toBe(order.indexOf(one));
          met.add(one);
        }
        expect(numbered.list).toEqual(order);
      }),
    );
  });

  test.each([
    ['that count up', counted],
    ['with the same hash', colliding],
    ['that are no UUIDs', (n: number) => `track-${n}`],
  ])('finds thousands %s', (_, named) => {
    const numbered = new NumberedNames();
    const names = Array.from({ length: 5_000 }, (_, n) => named(n));
    expect(new Set(names).size).toBe(names.length);
    expect(names.map((name) => numbered.numberOf(name))).toEqual([...names.keys()]);
    expect(names.map((name) => numbered.numberOf(name))).toEqual([...names.keys()]);
    expect(numbered.has(named(5_000))).toBe(false);
  });
});
