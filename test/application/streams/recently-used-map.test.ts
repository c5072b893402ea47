import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { RecentlyUsedMap } from '../../../src/application/streams/recently-used-map.js';

describe('what was used recently', () => {
  test('is found, and made but once', () => {
    const recent = new RecentlyUsedMap<object>(2);
    const made = recent.get('a', () => ({}));
    expect(recent.get('a', () => ({}))).toBe(made);
    expect(recent.find('a')).toBe(made);
    expect(recent.find('b')).toBeUndefined();
  });

  test('is gone when it is deleted, however long it was there', () => {
    const recent = new RecentlyUsedMap<number>(2);
    for (const key of ['a', 'b', 'c']) recent.set(key, 1);
    recent.delete('a');
    recent.delete('c');
    expect(['a', 'b', 'c'].map((key) => recent.find(key))).toEqual([undefined, 1, undefined]);
  });

  test('is gone when all is', () => {
    const recent = new RecentlyUsedMap<number>(2);
    for (const key of ['a', 'b', 'c']) recent.set(key, 1);
    recent.clear();
    expect(['a', 'b', 'c'].map((key) => recent.find(key))).toEqual([undefined, undefined, undefined]);
  });

  test('is the last value of each key: never lost among the latest keys, never kept beyond twice as many', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.boolean()), { maxLength: 60 }),
        (capacity, uses) => {
          const recent = new RecentlyUsedMap<number>(capacity);
          const last = new Map<string, number>();
          for (const [step, [number, writes]] of uses.entries()) {
            const key = String(number);
            if (!writes && recent.find(key) === undefined) continue;
            const value = writes ? step : (last.get(key) ?? -1);
            if (writes) recent.set(key, value);
            last.delete(key);
            last.set(key, value);
          }
          const latest = [...last].toReversed();
          for (const [key, value] of latest.slice(0, capacity)) expect(recent.find(key)).toBe(value);

          const fresh = new RecentlyUsedMap<number>(capacity);
          for (let i = 0; i < 10 * capacity; i++) fresh.set(String(i), i);
          const kept = Array.from({ length: 8 * capacity }, (_, i) => fresh.find(String(i)));
          expect(kept.filter((value) => value !== undefined)).toEqual([]);
        },
      ),
    ));
});
