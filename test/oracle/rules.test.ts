import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { verdictOn } from '../support/cli/vector-verdicts.js';
import { amount, countingPolicy, durationMs, id, runs, segment } from '../support/royalty/oracle-worlds.js';
import * as oracle from './rules.js';

const agrees = (op: string, policy: unknown, input: unknown, answer: unknown): void =>
  expect(verdictOn(op, policy, input, answer).details).toEqual([]);

const many = { numRuns: runs(150) };
const small = fc.nat(6);
const ppm = fc.oneof(fc.constantFrom(0, 1, 900_000, 1_000_000), fc.integer({ min: 0, max: 1_000_000 }));
const signed = fc.oneof(
  amount(10n ** 24n),
  amount(10n ** 24n).map((text) => (text === '0' ? text : `-${text}`)),
);
const instant = fc.integer({ min: 0, max: 40 * 86_400_000 });

describe('the oracle and the product agree on', () => {
  test('pro-rata pools of either sign, with credits up to the maximum of a period', () =>
    fc.assert(
      fc.property(
        fc.record({ pool: signed, credits: fc.dictionary(id, amount(10n ** 14n), { maxKeys: 8 }) }),
        (input) => agrees('proRata', {}, input, oracle.proRata(input)),
      ),
      many,
    ));

  test('reports in any order and number, with shared numbers and contradictions', () =>
    fc.assert(
      fc.property(
        countingPolicy,
        durationMs,
        fc.array(
          fc.record({
            key: fc.record({
              playbackId: fc.constantFrom('p', 'q', '__proto__'),
              deviceId: fc.constantFrom('d', 'e'),
              seq: fc.nat(2),
            }),
            heard: segment,
          }),
          { maxLength: 8 },
        ),
        fc.infiniteStream(fc.nat(1_000)),
        (policy, duration, drawn, dice) => {
          const reports = drawn.map(({ key, heard }) => ({ ...key, ...heard }));
          const again = [...reports, ...reports.filter(() => (dice.next().value ?? 0) % 2 === 0)]
            .map((report) => ({ report, at: dice.next().value ?? 0 }))
            .sort((a, b) => a.at - b.at)
            .map(({ report }) => report);
          agrees(
            'mergeReports',
            policy,
            { durationMs: duration, reports: again },
            oracle.mergeReports(policy, { durationMs: duration, reports }),
          );
        },
      ),
      many,
    ));

  test('streams of an account', () =>
    fc.assert(
      fc.property(
        fc.record({ maxStreams: fc.integer({ min: 1, max: 3 }), overlapToleranceMs: fc.nat(3) }),
        fc.uniqueArray(fc.record({ playbackId: id, startedAt: fc.nat(20), lasts: fc.nat(9) }), {
          selector: ({ playbackId }) => playbackId,
          maxLength: 12,
        }),
        (policy, all) => {
          const plays = all.map(({ lasts, ...play }) => ({ ...play, endedAt: play.startedAt + lasts }));
          agrees('concurrency', policy, { plays }, oracle.concurrency(policy, { plays }));
        },
      ),
      many,
    ));

  test('straight runs', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4 }),
        fc.array(fc.tuple(fc.constantFrom('a', 'b', '__proto__'), small), { maxLength: 8 }),
        (limit, sequence) =>
          agrees('straightPlays', { limit }, { sequence }, oracle.straightPlays({ limit }, { sequence })),
      ),
      many,
    ));

  test('the times of plays, to the millisecond at each boundary', () => {
    const policy = { skewToleranceMs: 120_000, maxLateMs: 3_196_800_000 };
    const near = (at: number) => fc.constantFrom(-1, 0, 1).map((off) => at + off);
    const receivedAt = 1_770_000_000_000;
    const sentAt = fc.oneof(
      fc.constant(receivedAt),
      near(receivedAt + 120_000),
      near(receivedAt - 120_000),
      near(receivedAt + 3_600_000),
    );
    const play = fc
      .record({
        playbackId: id,
        startedAt: fc.oneof(
          near(receivedAt - 200_000),
          near(receivedAt - 3_196_800_000),
          near(receivedAt + 120_000),
          instant.map((ms) => receivedAt - ms),
        ),
        lasts: fc.oneof(fc.constantFrom(-1, 0, 200_000, 320_000), near(320_000)),
        wallMs: fc.oneof(fc.constantFrom(0, 200_000), near(320_000), near(120_000)),
        offline: fc.boolean(),
        lease: fc.option(
          fc.constantFrom(
            { issuedAt: receivedAt - 200_000, expiresAt: receivedAt },
            { issuedAt: 0, expiresAt: receivedAt - 200_000 },
          ),
          { nil: undefined },
        ),
      })
      .map(({ lasts, lease, ...one }) => ({
        ...one,
        endedAt: one.startedAt + lasts,
        ...(lease ? { lease } : {}),
      }));
    fc.assert(
      fc.property(sentAt, fc.array(play, { maxLength: 5 }), (sent, plays) => {
        const input = { receivedAt, sentAt: sent, plays };
        agrees('timeValidation', policy, input, oracle.timeValidation(policy, input));
      }),
      many,
    );
  });

  test('eligibility of tracks by month', () =>
    fc.assert(
      fc.property(
        fc.record({
          minStreams: fc.nat(12),
          windowMonths: fc.integer({ min: 1, max: 13 }),
          minListeners: fc.option(fc.nat(4)),
        }),
        fc.array(fc.tuple(small, small), { maxLength: 15 }),
        (policy, months) => {
          const input = { monthly: months.map(([streams]) => streams), listeners: months.map(([, l]) => l) };
          agrees('eligibility', policy, input, oracle.eligibility(policy, input));
        },
      ),
      many,
    ));

  test('penalties', () =>
    fc.assert(
      fc.property(
        ppm,
        amount(10n ** 20n),
        fc.dictionary(id, fc.record({ artificial: small, total: fc.nat(10) }), { maxKeys: 4 }),
        fc.record({ artificialValue: amount(10n ** 20n), labelPayable: signed }),
        (rate, feePerTrack, tracks, input) => {
          const policy = { thresholdPpm: rate, feePerTrack };
          agrees('flatPenalty', policy, { tracks }, oracle.flatPenalty(policy, { tracks }));
          const percent = { penaltyPpm: rate };
          agrees('percentPenalty', percent, input, oracle.percentPenalty(percent, input));
        },
      ),
      many,
    ));

  test('overtime, subscriber-months, rates, exchange and charts', () =>
    fc.assert(
      fc.property(
        fc.array(fc.oneof(durationMs, fc.nat(4_000_000)), { maxLength: 6 }),
        fc.record({
          daysInMonth: fc.integer({ min: 28, max: 31 }),
          subscribers: fc.array(
            fc.record({
              plan: fc.constantFrom('family', 'student'),
              days: fc.nat(31),
              count: fc.nat(1_000_000),
            }),
          ),
        }),
        amount(10n ** 12n),
        fc.dictionary(id, amount(10n ** 12n), { maxKeys: 4 }),
        fc.tuple(signed, fc.integer({ min: 0, max: 99_999 }), fc.integer({ min: 1, max: 99_999 })),
        (durationsMs, months, cents, weights, [pool, numerator, denominator]) => {
          agrees('overtime', { basis: 'ms-ceil' }, { durationsMs }, oracle.overtime({ durationsMs }));
          const plans = {
            planWeightsPpm: { family: 1_750_000, student: 500_000 },
            centsPerSubscriber: cents,
          };
          agrees('subscriberMonths', plans, months, oracle.subscriberMonths(plans, months));
          const performances = { performances: months.daysInMonth, ratesPerYear: weights };
          agrees('perPerformance', {}, performances, oracle.perPerformance(performances));
          const rate = { rate: `${numerator}/${denominator}` };
          agrees('fxThenAllocate', rate, { pool, weights }, oracle.fxThenAllocate(rate, { pool, weights }));
          const [premium, ad] = [months.daysInMonth * 37, durationsMs.length * 700];
          agrees(
            'tierRatio',
            { premium: 100, ad: 600 },
            { premium, ad },
            {
              premium: Number(BigInt(premium) / 100n),
              ad: Number(BigInt(ad) / 600n),
              total: Number(BigInt(premium) / 100n + BigInt(ad) / 600n),
            },
          );
          agrees(
            'scale',
            {},
            { accounts: 52, playsPerAccountPerDay: months.daysInMonth, ratePerPlay: cents, days: 365 },
            {
              playsPerDay: 52n * BigInt(months.daysInMonth),
              perDay: 52n * BigInt(months.daysInMonth) * BigInt(cents),
              perYear: 52n * BigInt(months.daysInMonth) * BigInt(cents) * 365n,
            },
          );
        },
      ),
      many,
    ));

  test('corrections', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            account: fc.constantFrom('payable:wrong', 'payable:other', 'pool:p1', 'pool:p2', 'payable:right'),
            amount: signed,
          }),
          { maxLength: 6 },
        ),
        (entries) => {
          const input = { entries, correctTo: 'payable:right' };
          agrees('correction', {}, input, oracle.correction(input));
        },
      ),
      many,
    ));

  test('short stops', () =>
    fc.assert(
      fc.property(
        ppm,
        small,
        fc.array(fc.array(fc.tuple(fc.constantFrom(29_999, 30_000, 34_999, 35_000), small)), {
          maxLength: 3,
        }),
        (shareAtLeastPpm, minPlays, cases) => {
          const policy = { bandMs: [30_000, 35_000] as [number, number], shareAtLeastPpm, minPlays };
          agrees('shortStopShare', policy, { cases }, oracle.shortStopShare(policy, { cases }));
        },
      ),
      many,
    ));

  test('hash chains and hash trees', () =>
    fc.assert(
      // Objects with one key, and integers: any JSON serialiser gives their canonical form.
      fc.property(
        fc.array(fc.dictionary(fc.constant('k'), fc.oneof(fc.maxSafeInteger(), fc.string()))),
        (events) => {
          const texts = events.map((event) => JSON.stringify(event));
          agrees('hashChain', {}, { events }, oracle.hashChain(texts));
          agrees('merkleRoot', {}, { leaves: events }, oracle.merkleRoot(texts));
        },
      ),
      many,
    ));

  test('check characters: the right one and no other', () => {
    const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
    const check = (type: keyof typeof oracle.checkOf, body: string, prefix = '') => {
      const right = oracle.checkOf[type](body);
      const all =
        type === 'GRid'
          ? '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'
          : type === 'ISNI'
            ? '0123456789X'
            : '0123456789';
      const cases = Array.from(all, (last) => ({ type, value: `${prefix}${body}${last}` }));
      agrees('identifier', {}, { cases }, { valid: Array.from(all, (last) => last === right) });
    };
    fc.assert(
      fc.property(
        digits(9),
        digits(15),
        fc.stringMatching(/^[A-Z0-9]{17}$/),
        digits(12),
        (nine, fifteen, seventeen, twelve) => {
          check('ISWC', nine, 'T');
          check('ISNI', fifteen);
          check('GRid', seventeen);
          check('EAN', twelve);
        },
      ),
      many,
    );
  });
});
