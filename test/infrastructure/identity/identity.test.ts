import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { v5, validate, version } from 'uuid';
import { NodeDigests } from '../../../src/infrastructure/identity/node-digests.js';
import { SystemTimer } from '../../../src/infrastructure/identity/system-timer.js';
import { NAMESPACE, UuidIds } from '../../../src/infrastructure/identity/uuid-ids.js';

const ids = new UuidIds();

describe('a derived id', () => {
  test('is the UUID v5 of its parts as a JSON array', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.integer())), (parts) => {
        expect(ids.derived(...parts)).toBe(v5(JSON.stringify(parts), NAMESPACE));
      }),
    );
  });
  test('never changes', () => {
    expect(ids.derived('command', 'play-1', 0)).toBe('48f2b982-1f0c-5bbf-b74b-34eca972f30d');
  });
  test.each([
    [['ab'], ['a', 'b']],
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    [[1], ['1']],
    [['a,b'], ['a', 'b']],
  ])('of %j is not that of %j', (one, other) => {
    expect(ids.derived(...one)).not.toBe(ids.derived(...other));
  });
});

describe('a numbered id', () => {
  const family = ids.derived('history', 'ada');

  test('is the base id with the number at its end', () => {
    expect(family).toBe('d267b64f-b790-566d-a52a-0092988610a1');
    expect(ids.numbered(family, 0)).toBe('d267b64f-b790-566d-a52a-009200000000');
    expect(ids.numbered(family, 2 ** 32 - 1)).toBe('d267b64f-b790-566d-a52a-0092ffffffff');
  });
  test('is a UUID, and sorts by its number', () => {
    const number = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(validate(ids.numbered(family, a))).toBe(true);
        expect(Math.sign(a - b)).toBe(compare(ids.numbered(family, a), ids.numbered(family, b)));
      }),
    );
  });
  test.each([-1, 0.5, 2 ** 32])('cannot have the number %d', (number) => {
    expect(() => ids.numbered(family, number)).toThrow(RangeError);
  });
});

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

test('a new id is a UUID v7, and sorts by time', () => {
  const some = Array.from({ length: 1_000 }, () => ids.newId());
  expect(some.every((id) => validate(id) && version(id) === 7)).toBe(true);
  expect(new Set(some).size).toBe(1_000);
  expect([...some].sort()).toEqual(some);
});

test('SHA-256 hashes bytes, and the UTF-8 of a text', () => {
  const digests = new NodeDigests();
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const bytes = new TextEncoder().encode(text);
      const expected = Uint8Array.from(createHash('sha256').update(bytes).digest());
      expect(Uint8Array.from(digests.sha256(bytes))).toEqual(expected);
      expect(Uint8Array.from(digests.sha256(text))).toEqual(expected);
    }),
  );
});

test('a wait ends when its signal aborts, and does not start when it has aborted', async () => {
  const timer = new SystemTimer();
  const over = new AbortController();
  const wait = timer.after(3_600_000, over.signal);
  over.abort();
  const waits = Promise.all([wait, timer.after(3_600_000, over.signal)]);
  await expect(waits).resolves.toHaveLength(2);
});
