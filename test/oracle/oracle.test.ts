import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  amount,
  countingPolicy,
  durationMs,
  id,
  runs,
  segment,
  world,
  worldPolicy,
} from '../support/royalty/oracle-worlds.js';
import { verdictOn } from '../support/cli/vector-verdicts.js';
import * as oracle from './answer.js';

// Goal: no number that the product publishes depends on one program alone. Method: random inputs in the format of the
// vectors, answered by the oracle in exact fractions and by the product; every unit must agree.

const agrees = (op: string, policy: unknown, input: unknown, answer: unknown): void =>
  expect(verdictOn(op, policy, input, answer).details).toEqual([]);

const amounts = (most: bigint) => fc.dictionary(id, amount(most), { maxKeys: 8 });
const signed = fc.oneof(
  amount(10n ** 15n),
  amount(10n ** 15n).map((text) => (text === '0' ? text : `-${text}`)),
);

describe('the oracle and the product agree to the unit on', () => {
  test('allocations of either sign and any size', () =>
    fc.assert(
      fc.property(fc.record({ total: signed, weights: amounts(10n ** 24n) }), (input) =>
        agrees('allocate', {}, input, oracle.allocate(input)),
      ),
      { numRuns: runs(400) },
    ));

  test('credits of individual plays', () =>
    fc.assert(
      fc.property(
        countingPolicy,
        fc.record({
          cases: fc.array(fc.record({ durationMs, segments: fc.array(segment, { maxLength: 5 }) })),
        }),
        (policy, input) => agrees('playCredit', policy, input, oracle.playCredit(policy, input)),
      ),
      { numRuns: runs(300) },
    ));

  test('user-centric months', () =>
    fc.assert(
      fc.property(
        fc.record({
          users: fc.array(
            fc.record({ userId: fc.uuid(), fee: amount(20_000_000n), credits: amounts(10n ** 10n) }),
            { maxLength: 6 },
          ),
        }),
        fc.constantFrom('pro-rata', 'suspense'),
        (input, inactive) => agrees('userCentric', { inactive }, input, oracle.userCentric(input, inactive)),
      ),
      { numRuns: runs(200) },
    ));

  test('artist-centric months', () =>
    fc.assert(
      fc.property(
        fc.record({
          proMinStreams: fc.integer({ min: 0, max: 200 }),
          proMinListeners: fc.integer({ min: 0, max: 200 }),
          userCap: fc.integer({ min: 1, max: 300 }),
          proBoost: fc.constantFrom(1, 2),
          activeBoost: fc.constantFrom(1, 2, 3),
        }),
        fc.record({
          pool: amount(10n ** 13n),
          artists: fc.dictionary(
            fc.constantFrom('x', 'y', 'z'),
            fc.record({
              streams: fc.integer({ min: 0, max: 400 }),
              listeners: fc.integer({ min: 0, max: 400 }),
            }),
          ),
          plays: fc
            .uniqueArray(
              fc.record({
                userId: fc.constantFrom('u', 'v', 'w'),
                recording: fc.constantFrom(
                  { trackId: '1', artistId: 'x', noise: false },
                  { trackId: '2', artistId: 'x', noise: true },
                  { trackId: '3', artistId: 'y', noise: false },
                  { trackId: '4', artistId: 'z', noise: false },
                ),
                count: fc.integer({ min: 0, max: 400 }),
                active: fc.boolean(),
              }),
              {
                maxLength: 10,
                selector: (play) => JSON.stringify({ ...play, count: 0 }),
              },
            )
            .map((rows) => rows.map(({ recording, ...row }) => ({ ...row, ...recording }))),
        }),
        (policy, input) => agrees('artistCentric', policy, input, oracle.artistCentric(policy, input)),
      ),
      { numRuns: runs(200) },
    ));

  test('mechanical pools and their works', () =>
    fc.assert(
      fc.property(
        fc.record({
          revenue: amount(10n ** 14n),
          revenuePpm: fc.integer({ min: 0, max: 1_000_000 }).map(String),
          tcc: amount(10n ** 14n),
          tccPpm: fc.integer({ min: 0, max: 1_000_000 }).map(String),
          tccPerSubCap: fc.option(amount(2_000_000n)),
          performanceRoyalties: amount(10n ** 13n),
          floorPerSub: fc.option(amount(1_000_000n)),
          subscriberMonths: fc
            .tuple(fc.integer({ min: 0, max: 10_000_000 }), fc.integer({ min: 1, max: 31 }))
            .map(([numerator, denominator]) => `${numerator}/${denominator}`),
        }),
        fc.record({
          pool: amount(10n ** 13n),
          works: fc.dictionary(
            id,
            fc.record({ plays: amount(10_000_000n), durationMs: fc.integer({ min: 0, max: 900_000 }) }),
          ),
        }),
        (pool, works) => {
          agrees('mechanicalPool', {}, pool, oracle.mechanicalPool(pool));
          agrees('mechanicalAllocate', {}, works, oracle.mechanicalAllocate(works));
        },
      ),
      { numRuns: runs(200) },
    ));

  test('shares, restatements and royalty accounts', () =>
    fc.assert(
      fc.property(
        fc.record({ amount: signed, sharesPpm: amounts(600_000n) }),
        fc.record({ pool: signed, oldCredits: amounts(10n ** 12n), newCredits: amounts(10n ** 12n) }),
        fc.record({ minPayout: amount(50_000_000n), minorDigits: fc.constantFrom(0, 2, 3, 4) }),
        fc.record({ opening: signed, periods: fc.array(signed, { maxLength: 5 }) }),
        (shares, pools, terms, account) => {
          agrees('splits', {}, shares, oracle.splits(shares));
          agrees('restate', {}, pools, oracle.restate(pools));
          agrees('royaltyAccount', terms, account, oracle.royaltyAccount(terms, account));
        },
      ),
      { numRuns: runs(200) },
    ));

  test('whole periods, from reports to accounts', () =>
    fc.assert(
      fc.property(worldPolicy, world, (policy, input) =>
        agrees('endToEnd', policy, input, oracle.endToEnd(policy, input)),
      ),
      { numRuns: runs(200) },
    ));
});

describe('the comparison detects', () => {
  const thirds = { total: '100', weights: { a: '1', b: '1', c: '1' } };

  test.each([
    ['a float split', { a: '33.33', b: '33.33', c: '33.33' }],
    ['a remainder given to the last part', { a: '33', b: '33', c: '34' }],
    ['a lost unit', { a: '33', b: '33', c: '33' }],
  ])('%s', (_what, parts) =>
    expect(verdictOn('allocate', {}, thirds, { parts, unallocated: '0' }).verdict).toBe('failed'),
  );
});
