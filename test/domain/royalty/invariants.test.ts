import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createHash } from 'node:crypto';
import { hashChain } from '../../../src/domain/audit/hash-chain.js';
import { allocate } from '../../../src/domain/royalty/rules/allocate.js';
import { contradicts, standingReports } from '../../../src/domain/shared/listening/numbered-reports.js';
import { endToEnd } from '../../../src/cli/vectors/end-to-end.js';
import { Aside, plain } from '../../../src/cli/vectors/fields.js';
import { ledgerOperations } from '../../../src/cli/vectors/ledger.js';
import type { Operation } from '../../../src/cli/vectors/operation.js';
import { sharingOperations } from '../../../src/cli/vectors/sharing.js';
import type { World } from '../../oracle/answer.js';
import { id, runs, world, worldPolicy } from '../../support/royalty/oracle-worlds.js';

const weights = fc
  .array(fc.tuple(id, fc.oneof(fc.bigInt(0n, 5n), fc.bigInt(0n, 10n ** 13n))), { maxLength: 12 })
  .map((pairs) => new Map(pairs));
const pool = fc.oneof(fc.bigInt(0n, 30n), fc.bigInt(0n, 10n ** 16n));
const sum = (amounts: Iterable<bigint>): bigint => [...amounts].reduce((total, amount) => total + amount, 0n);
const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest();

const answer = (policy: unknown, input: World): Record<string, unknown> =>
  plain(endToEnd({ policy, input }, () => undefined)) as Record<string, unknown>;

type Amounts = ReadonlyMap<string, bigint>;
type User = { readonly fee: bigint; readonly credits: Amounts };

const texts = (amounts: Amounts) => Object.fromEntries(Array.from(amounts, ([id, n]) => [id, String(n)]));
const amountsOf = (value: unknown): Amounts =>
  new Map(Object.entries(value as Record<string, string>).map(([id, text]) => [id, BigInt(text)]));
const settledBy = (operation: Operation | undefined, input: unknown) =>
  plain(operation?.({ policy: {}, input }, () => undefined) ?? null) as Record<string, unknown>;

/** Months allocated as by the settlement, through the operations of the vectors. */
const userCentric = (users: readonly User[]) => {
  const named = users.map(({ fee, credits }, i) => ({
    userId: `user-${i}`,
    fee: String(fee),
    credits: texts(credits),
  }));
  const { tracks, suspense } = settledBy(sharingOperations['userCentric'], { users: named });
  return { tracks: amountsOf(tracks), suspense: BigInt(suspense as string) };
};
const proRata = (pool: bigint, credits: Amounts): Amounts =>
  amountsOf(
    settledBy(sharingOperations['proRata'], { pool: String(pool), credits: texts(credits) })['tracks'],
  );
const restated = (pool: bigint, before: Amounts, after: Amounts) => {
  const input = { pool: String(pool), oldCredits: texts(before), newCredits: texts(after) };
  const answer = settledBy(ledgerOperations['restate'], input);
  const { suspense } = answer;
  return {
    old: amountsOf(answer['old']),
    new: amountsOf(answer['new']),
    deltas: amountsOf(answer['deltas']),
    suspenseDelta: suspense instanceof Aside ? (suspense.value as bigint) : 0n,
  };
};

const money = (value: unknown): bigint =>
  sum(
    Object.values(value as Record<string, string | Aside>).map((amount) =>
      BigInt(amount instanceof Aside ? (amount.value as bigint) : amount),
    ),
  );

describe('I1: no unit is lost or created', () => {
  test('in an allocation', () =>
    fc.assert(
      fc.property(pool, weights, (total, weights) => {
        const { parts, unallocated } = allocate(total, weights);
        expect(sum(parts.values()) + unallocated).toBe(total);
      }),
      { numRuns: runs(300) },
    ));
  test('in a whole period under every model', () =>
    fc.assert(
      fc.property(worldPolicy, world, (policy, input) => {
        const { payable, disputed, unmatched, suspense, ...rest } = answer(policy, input);
        const shared = money(payable) + money(disputed) + money(unmatched) + BigInt(suspense as string);
        expect(shared).toBe(BigInt(rest['pool'] as string));
        const revenue = sum(input.users.map(({ fee }) => BigInt(fee)));
        expect(BigInt(rest['pool'] as string) + BigInt(rest['platformRetained'] as string)).toBe(revenue);
      }),
      { numRuns: runs(150) },
    ));
});

describe('I2: every amount is less than one unit from the exact share', () => {
  test('in an allocation', () =>
    fc.assert(
      fc.property(pool, weights, (total, weights) => {
        const all = sum(weights.values());
        for (const [id, part] of allocate(total, weights).parts) {
          const off = part * all - total * (weights.get(id) ?? 0n);
          expect(off < all || all === 0n).toBe(true);
          expect(-off < all || all === 0n).toBe(true);
          if (weights.get(id) === 0n) expect(part).toBe(0n);
        }
      }),
      { numRuns: runs(300) },
    ));
});

describe('I3 and I4: order and repetition have no effect', () => {
  const shuffled = fc.tuple(world, fc.infiniteStream(fc.nat())).map(([input, random]) => {
    const keyed = [...input.reports, ...input.reports.filter((_, i) => i % 3 === 0)].map((report) => ({
      report,
      key: random.next().value,
    }));
    return {
      input,
      again: { ...input, reports: keyed.sort((a, b) => a.key - b.key).map(({ report }) => report) },
    };
  });

  test('of the reports of a period, shuffled and partly delivered twice', () =>
    fc.assert(
      fc.property(worldPolicy, shuffled, (policy, { input, again }) => {
        expect(answer(policy, again)).toEqual(answer(policy, input));
      }),
      { numRuns: runs(150) },
    ));
  test('of contradicting reports', () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            deviceSeq: fc.integer({ min: 1, max: 2 }),
            toMs: fc.integer({ min: 0, max: 3 }),
            x: fc.nat(2),
          }),
          { maxLength: 8 },
        ),
        (claims) => {
          const reports = claims.map(({ deviceSeq, toMs, x }) => ({
            deviceId: 'd',
            deviceSeq,
            segments: [{ fromMs: 0, toMs, wallMs: toMs }],
            contentHash: `${toMs} ${x}`,
          }));
          const heard = (order: typeof reports) => ({
            standing: standingReports(order, null),
            conflict: order.some((one) => order.some((other) => contradicts(one, other))),
          });
          expect(heard(reports.toReversed())).toEqual(heard(reports));
          expect(heard([...reports, ...reports])).toEqual(heard(reports));
        },
      ),
      { numRuns: runs(200) },
    ));
  test('of users and tracks, nor does sharding', () =>
    fc.assert(
      fc.property(fc.array(fc.record({ fee: pool, credits: weights }), { maxLength: 6 }), (users) => {
        const { tracks, suspense } = userCentric(users);
        const again = userCentric(
          users
            .toReversed()
            .map(({ fee, credits }) => ({ fee, credits: new Map([...credits].toReversed()) })),
        );
        expect(again.suspense).toBe(suspense);
        expect(Object.fromEntries(again.tracks)).toEqual(Object.fromEntries(tracks));
      }),
      { numRuns: runs(200) },
    ));
});

describe('I9: one more play of a track never lowers its amount', () => {
  test('with any plays of others', () =>
    fc.assert(
      fc.property(pool, weights, id, fc.bigInt(1n, 10n ** 9n), (total, weights, track, more) => {
        const before = allocate(total, new Map([[track, 0n], ...weights])).parts.get(track) ?? 0n;
        const grown = new Map([[track, 0n], ...weights]);
        grown.set(track, (grown.get(track) ?? 0n) + more);
        expect(allocate(total, grown).parts.get(track)).toBeGreaterThanOrEqual(before);
      }),
      { numRuns: runs(500) },
    ));
});

describe('I10: user-centric money follows its user', () => {
  const user = fc.record({ fee: pool, credits: weights });

  test('who adds or removes exactly the fee', () =>
    fc.assert(
      fc.property(fc.array(user, { maxLength: 5 }), user, (others, leaver) => {
        const total = ({ tracks, suspense }: ReturnType<typeof userCentric>) =>
          sum(tracks.values()) + suspense;
        expect(total(userCentric([...others, leaver])) - total(userCentric(others))).toBe(leaver.fee);
      }),
      { numRuns: runs(200) },
    ));
  test('so a farm without other listeners earns only its own fees', () =>
    fc.assert(
      fc.property(
        fc.array(user, { minLength: 1, maxLength: 4 }),
        fc.array(fc.tuple(pool, fc.bigInt(1n, 10n ** 12n)), { minLength: 1, maxLength: 4 }),
        (fans, bots) => {
          fc.pre(fans.every(({ credits }) => sum(credits.values()) > 0n && !credits.has('farm')));
          const farm = bots.map(([fee, credit]) => ({ fee, credits: new Map([['farm', credit]]) }));
          expect(userCentric([...fans, ...farm]).tracks.get('farm')).toBe(sum(bots.map(([fee]) => fee)));
        },
      ),
      { numRuns: runs(200) },
    ));
});

describe('I11: equal fees and equal counts', () => {
  test('make user-centric and pro-rata equal within one unit per user', () =>
    fc.assert(
      fc.property(
        fc.bigInt(0n, 10n ** 9n),
        fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 12, maxLength: 12 }), {
          minLength: 1,
          maxLength: 6,
        }),
        (fee, playlists) => {
          const users = playlists.map((plays) => {
            const credits = new Map<string, bigint>();
            for (const track of plays) credits.set(track, (credits.get(track) ?? 0n) + 1_000_000n);
            return { fee, credits };
          });
          const everybody = new Map<string, bigint>();
          for (const { credits } of users)
            for (const [track, credit] of credits)
              everybody.set(track, (everybody.get(track) ?? 0n) + credit);
          const byUser = userCentric(users).tracks;
          for (const [track, part] of proRata(fee * BigInt(users.length), everybody)) {
            const apart = (byUser.get(track) ?? 0n) - part;
            expect(apart < 0n ? -apart : apart).toBeLessThanOrEqual(BigInt(users.length));
          }
        },
      ),
      { numRuns: runs(200) },
    ));
});

describe('I12: changes without effect', () => {
  test('scaling all weights, adding a track without weight', () =>
    fc.assert(
      fc.property(pool, weights, fc.bigInt(1n, 10n ** 12n), (total, weights, factor) => {
        const parts = Object.fromEntries(allocate(total, weights).parts);
        const scaled = new Map(Array.from(weights, ([id, weight]) => [id, weight * factor]));
        expect(Object.fromEntries(allocate(total, scaled).parts)).toEqual(parts);
        const { idle, ...others } = Object.fromEntries(
          allocate(total, new Map([...weights, ['idle', 0n]])).parts,
        );
        expect(idle).toBe(0n);
        expect(others).toEqual(parts);
      }),
      { numRuns: runs(200) },
    ));
  test('but one unit more in the pool may cost a payee one unit, a known property of the method', () => {
    const weights = new Map([
      ['a', 6n],
      ['b', 6n],
      ['c', 2n],
    ]);
    expect(allocate(10n, weights).parts.get('c')).toBe(2n);
    expect(allocate(11n, weights).parts.get('c')).toBe(1n);
  });
});

describe('R13: a restatement', () => {
  test('adds up to 0 and turns the old amounts into the new ones', () =>
    fc.assert(
      fc.property(pool, weights, weights, (total, before, after) => {
        const { deltas, suspenseDelta, ...pools } = restated(total, before, after);
        expect(sum(deltas.values()) + suspenseDelta).toBe(0n);
        for (const [track, delta] of deltas)
          expect((pools.old.get(track) ?? 0n) + delta).toBe(pools.new.get(track) ?? 0n);
      }),
      { numRuns: runs(200) },
    ));
});

describe('R19: the chain', () => {
  test('reveals any change, swap or loss of an entry in its last hash', () =>
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer(), { minLength: 2, maxLength: 6 }), (entries) => {
        const end = (list: readonly number[]) =>
          Buffer.from(hashChain(sha256, list).at(-1) ?? []).toString('hex');
        const others = [entries.toReversed(), entries.slice(1), entries.with(0, (entries[0] ?? 0) + 1)];
        for (const other of others) expect(end(other)).not.toBe(end(entries));
      }),
    ));
});
