import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { CommandRejected } from '../../../../src/application/streams/command-rejected.js';
import { commandHashOf, IdempotencyMemory } from '../../../../src/infrastructure/http/edge/idempotency.js';
import {
  LateReportLimit,
  PlayLimit,
  RateLimit,
} from '../../../../src/infrastructure/http/edge/rate-limit.js';

describe('a rate limit', () => {
  const limited = (perSecond: number, burst: number) => {
    const clock = { ms: 0 };
    return { clock, limit: new RateLimit({ perSecond, burst }, () => clock.ms) };
  };

  test('allows a burst, then the configured rate', () => {
    const { clock, limit } = limited(20, 60);
    const through = () => Array.from({ length: 100 }, () => limit.take('a').allowed).filter(Boolean).length;
    expect(through()).toBe(60);
    clock.ms = 1_000;
    expect(through()).toBe(20);
    clock.ms = 3_600_000;
    expect(through()).toBe(60);
  });

  test('keeps clients apart', () => {
    const { limit } = limited(1, 1);
    expect([limit.take('a').allowed, limit.take('a').allowed, limit.take('b').allowed]).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('returns the exact time to wait', () => {
    const { clock, limit } = limited(1, 2);
    limit.take('a');
    limit.take('a');
    const { allowed, retryAfter } = limit.take('a');
    expect({ allowed, retryAfter }).toEqual({ allowed: false, retryAfter: 1 });
    clock.ms = 1_000 * retryAfter;
    expect(limit.take('a').allowed).toBe(true);
  });

  test('of plays lets a listener start 60 at once, then one in 5 seconds', () => {
    const clock = { ms: 0 };
    const limit = new PlayLimit(12, () => clock.ms);
    const through = () => Array.from({ length: 100 }, () => limit.take('a').allowed).filter(Boolean).length;
    expect(through()).toBe(60);
    clock.ms += 4_999;
    expect(through()).toBe(0);
    clock.ms += 1;
    expect(through()).toBe(1);
    clock.ms += 60_000;
    expect(through()).toBe(12);
  });

  test('of numbered reports allows ten times as many, for a backlog', () => {
    const clock = { ms: 0 };
    const limit = new LateReportLimit(12, () => clock.ms);
    const through = () => Array.from({ length: 1_000 }, () => limit.take('a').allowed).filter(Boolean).length;
    expect(through()).toBe(600);
    clock.ms += 60_000;
    expect(through()).toBe(120);
  });

  test('of 0 is disabled', () => {
    const { limit } = limited(0, 1);
    expect(Array.from({ length: 1_000 }, () => limit.take('a').allowed)).not.toContain(false);
  });

  test('never allows more than burst plus rate, whatever the pauses', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 300 }),
        (perSecond, burst, pauses) => {
          const { clock, limit } = limited(perSecond, burst);
          let allowed = 0;
          for (const pause of pauses) {
            clock.ms += pause;
            if (limit.take('a').allowed) allowed += 1;
          }
          expect(allowed).toBeLessThanOrEqual(burst + (clock.ms * perSecond) / 1_000 + 1e-6);
        },
      ),
    ));
});

describe('the hash of a command', () => {
  const hash = (body: unknown) => commandHashOf('POST', '/v1/plays', body);

  test('ignores the order of fields', () =>
    expect(hash({ a: 1, b: { c: [1, 2], d: 'x' } })).toBe(hash({ b: { d: 'x', c: [1, 2] }, a: 1 })));

  test.each<[string, unknown, unknown]>([
    ['the order of a list', [1, 2], [2, 1]],
    ['the type of a value', { a: 1 }, { a: '1' }],
    ['a field that is null', { a: null }, {}],
    ['where a value ends', { a: 'b","c":"d' }, { a: 'b', c: 'd' }],
  ])('depends on %s', (_what, a, b) => expect(hash(a)).not.toBe(hash(b)));

  test('depends on the method and the path', () => {
    const hashes = ['POST /a', 'PUT /a', 'POST /b'].map((line) => {
      const [method = '', path = ''] = line.split(' ');
      return commandHashOf(method, path, {});
    });
    expect(new Set(hashes).size).toBe(3);
  });
});

describe('the memory of idempotency keys', () => {
  test('holds at least the latest 100,000 keys and at most twice as many', () => {
    const memory = new IdempotencyMemory();
    for (let i = 0; i < 200_001; i++) memory.claim(`command-${i}`, 'one');
    for (const last of [200_000, 100_001])
      expect(() => memory.claim(`command-${last}`, 'other')).toThrow(CommandRejected);
    expect(() => memory.claim('command-0', 'other')).not.toThrow();
  });

  test('is not undone by a repeat that fails', () => {
    const memory = new IdempotencyMemory();
    memory.claim('command', 'one');
    memory.claim('command', 'one')();
    expect(() => memory.claim('command', 'other')).toThrow(CommandRejected);
  });
});
