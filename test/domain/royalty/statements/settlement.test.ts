import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { merkleAccumulator } from '../../../../src/domain/shared/exact/merkle-accumulator.js';
import { leafHash, merkleRoot, merkleTree } from '../../../../src/domain/audit/merkle.js';
import { canonicalJson } from '../../../../src/domain/shared/exact/canonical-json.js';
import { PER_PERFORMANCE, US_MECHANICAL } from '../../../../src/domain/royalty/rulesets/defaults.js';
import type { PeriodInput } from '../../../../src/domain/royalty/periods/period-events.js';
import type { Ruleset, SharingRules } from '../../../../src/domain/royalty/rulesets/ruleset.js';
import { playRecord } from '../../../../src/domain/royalty/counting/play-roots.js';
import { bookedBy, restate } from '../../../../src/domain/royalty/statements/restatement.js';
import type { PeriodPlay } from '../../../../src/domain/royalty/counting/usage-rules.js';
import {
  isActive,
  PLAY_SOURCES,
  type PlaySource,
} from '../../../../src/domain/shared/listening/play-source.js';
import { heardIn } from '../../../../src/domain/shared/listening/segments.js';
import * as oracle from '../../../oracle/answer.js';
import { artistCentricOf } from '../../../oracle/sharing.js';
import { OCTOBER } from '../../../support/playback/plays.js';
import {
  aPlay,
  foldedBySeveral,
  LENIENT,
  type Month,
  PERIOD_ID,
  revenue,
  settled,
  sha256,
  shares,
} from '../../../support/royalty/month.js';
import { runs, world, worldPolicy } from '../../../support/royalty/oracle-worlds.js';
import { DAY_MS } from '../../../../src/domain/shared/civil-date.js';

const splitsOf = (month: Month) =>
  Object.fromEntries(
    settled(month).lines.flatMap(({ trackId, splits }) =>
      splits.map(({ account, amount }) => [`${trackId} ${account}`, amount]),
    ),
  );

const fees = (table: Readonly<Record<string, string>>): PeriodInput => ({
  type: 'ListenerFeesRecorded',
  data: {
    reportId: 'fees',
    currency: 'EUR',
    at: OCTOBER,
    fees: Object.entries(table).map(([listenerId, amount]) => ({ listenerId, amount })),
  },
});

const USER_CENTRIC: Ruleset = {
  ...LENIENT,
  sharing: { model: 'userCentric', distributablePpm: 1_000_000, idleFees: 'pro-rata' },
};

const LABEL = {
  'track-1': [shares({ label: 1_000_000 })],
  'track-2': [shares({ indie: 1_000_000 })],
} as const;

/** The charges of confirmed cases: one, both or none. */
const anyPenalties = fc.constantFrom<Ruleset['penalties']>(
  LENIENT.penalties,
  { flat: { thresholdPpm: 500_000, feePerTrack: '10000001' }, percentPpm: null },
  { flat: { thresholdPpm: 0, feePerTrack: '7' }, percentPpm: 333_333 },
);

/** An arbitrary small month: several listeners, tracks with shares of every kind, cases, plays of every length. */
const anyMonth = fc
  .record({
    ruleset: fc.constantFrom(
      LENIENT,
      USER_CENTRIC,
      {
        ...LENIENT,
        counting: {
          ...LENIENT.counting,
          concurrency: { maxStreams: 1, overlapToleranceMs: 0 },
          straightRunMax: 2,
        },
      },
      { ...PER_PERFORMANCE, counting: LENIENT.counting },
      { ...US_MECHANICAL, counting: LENIENT.counting },
      {
        ...LENIENT,
        sharing: {
          model: 'artistCentric' as const,
          distributablePpm: 700_001,
          proMinStreams: 2,
          proMinListeners: 2,
          userCap: 3,
          proBoost: 2,
          activeBoost: 2,
          noiseWeight: 0,
        },
      },
    ),
    revenue: fc.bigInt(0n, 10n ** 13n),
    timelines: fc.constant({
      'track-1': [shares({ a: 500_000, b: 500_000 }), shares({ b: 400_000 }, OCTOBER + 5_000_000)] as const,
      'track-2': [shares({ a: 600_000, b: 600_000 })] as const,
    }),
    cases: fc.constantFrom(
      [],
      [{ caseId: 'c1', subject: { kind: 'listener' as const, id: 'bob' }, status: 'open' as const }],
      [{ caseId: 'c1', subject: { kind: 'track' as const, id: 'track-1' }, status: 'confirm' as const }],
    ),
    plays: fc.array(
      fc
        .record({
          listenerId: fc.constantFrom('ada', 'bob', 'eve'),
          trackId: fc.constantFrom('track-1', 'track-2', 'track-3'),
          start: fc.integer({ min: -100_000, max: 10_000_000 }),
          heard: fc.constantFrom(0, 29_999, 30_000, 60_000, 200_000),
        })
        .map(({ start, heard, ...over }): PeriodPlay => {
          const startedAt = OCTOBER + start;
          return aPlay({
            ...over,
            startedAt,
            endedAt: startedAt + heard,
            playedMs: heard,
            uniqueMs: heard,
            wallMs: heard,
            ...(start < 0 ? { period: 'premium.DE.2026-09' } : {}),
          });
        }),
      { maxLength: 30 },
    ),
  })
  .chain((month) =>
    anyPenalties.map((penalties) => ({
      ...month,
      ruleset: { ...month.ruleset, penalties },
      inputs: [revenue(month.revenue)],
    })),
  );

describe('a settlement', () => {
  test('equals the oracle to the unit under every model of the oracle', () => {
    fc.assert(
      fc.property(world, worldPolicy, (world, policy) => {
        const { tracks, users, reports } = world;
        const expected = oracle.endToEnd(policy, world);
        const plays = [...Map.groupBy(reports, ({ playbackId }) => playbackId)].map(([playId, parts], n) => {
          const { userId = '', trackId = '', active = false } = parts[0] ?? {};
          const durationMs = tracks[trackId]?.durationMs ?? 0;
          const segments = parts.map(({ from, to, wall }) => ({
            fromMs: from,
            toMs: to,
            // As in vectors: without a wall time, it is the heard part of the clipped segment.
            wallMs: wall ?? Math.max(0, Math.min(to, durationMs) - from),
          }));
          const startedAt = OCTOBER + n;
          const heard = heardIn(segments, durationMs);
          return aPlay({
            playId,
            listenerId: userId,
            trackId,
            source: active ? 'search' : 'radio',
            durationMs,
            ...heard,
            startedAt,
            endedAt: startedAt + heard.wallMs,
          });
        });
        const sharing = {
          ...policy,
          idleFees: 'pro-rata',
          noiseWeight: 0,
        } as unknown as SharingRules;
        const ruleset = {
          ...LENIENT,
          sharing,
          counting: { ...LENIENT.counting, credit: policy.count },
        } as Ruleset;
        const sum = users.reduce((total, { fee }) => total + BigInt(fee), 0n);
        const { shared, lines, summary } = settled({
          ruleset,
          plays,
          inputs: [revenue(sum), fees(Object.fromEntries(users.map(({ userId, fee }) => [userId, fee])))],
          timelines: Object.fromEntries(
            Object.entries(tracks).map(([id, { sharesPpm }]) => [id, [shares(sharesPpm)] as const]),
          ),
          recordings: Object.fromEntries(
            Object.entries(tracks).map(([id, { artistId, noise }]) => [id, { artistId, isNoise: noise }]),
          ),
        });
        const paid = Object.entries(expected.tracks).filter(([, amount]) => amount !== 0n);
        expect(
          Object.fromEntries(lines.filter(({ amount }) => amount !== 0n).map((l) => [l.trackId, l.amount])),
        ).toEqual(Object.fromEntries(paid));
        expect([shared.pool, shared.platform, BigInt(summary.suspense)]).toEqual([
          expected.pool,
          expected.platformRetained,
          expected.suspense,
        ]);
        const total = (sums: Record<string, bigint>) =>
          String(Object.values(sums).reduce((a, b) => a + b, 0n));
        expect([summary.payable, summary.disputed, summary.unmatched]).toEqual([
          total(expected.payable),
          total(expected.disputed),
          total(expected.unmatched),
        ]);
      }),
      { numRuns: runs(150) },
    );
  });

  test('weights listener by listener as the oracle weights all of them at once (R9)', () => {
    const RECORDINGS = {
      hit: { artistId: 'star', isNoise: false },
      ballad: { artistId: 'star', isNoise: false },
      debut: { artistId: 'beginner', isNoise: false },
      rain: { artistId: 'star', isNoise: true },
    } as const;
    type TrackId = keyof typeof RECORDINGS;
    const policyOfMonth = fc.record({
      proMinStreams: fc.integer({ min: 0, max: 6 }),
      proMinListeners: fc.integer({ min: 0, max: 3 }),
      userCap: fc.integer({ min: 1, max: 9 }),
      proBoost: fc.integer({ min: 1, max: 3 }),
      activeBoost: fc.integer({ min: 1, max: 3 }),
      noiseWeight: fc.integer({ min: 0, max: 2 }),
      noiseMinMs: fc.constantFrom(1, 60_000, 120_000),
    });
    const heard = fc.record({
      listenerId: fc.constantFrom('ada', 'bob', 'eve'),
      trackId: fc.constantFrom(...(Object.keys(RECORDINGS) as TrackId[])),
      source: fc.constantFrom(...PLAY_SOURCES),
      durationMs: fc.constantFrom(null, 59_999, 60_000, 120_000),
    });
    type Heard = {
      readonly listenerId: string;
      readonly trackId: TrackId;
      readonly source: PlaySource;
      readonly durationMs: number | null;
    };
    /** A row for each listener, track and kind of listening; noise that is too short counts 0. */
    const rowsOf = (plays: readonly Heard[], noiseMinMs: number) =>
      [
        ...Map.groupBy(plays, ({ listenerId, trackId, source }) =>
          [listenerId, trackId, isActive(source)].join(' '),
        ).values(),
      ].flatMap((some) => {
        const [first] = some;
        if (!first) return [];
        const { artistId, isNoise } = RECORDINGS[first.trackId];
        const paid = some.filter(({ durationMs }) => !isNoise || (durationMs ?? 0) >= noiseMinMs);
        const { listenerId: userId, trackId } = first;
        return [
          { userId, trackId, artistId, count: paid.length, active: isActive(first.source), noise: isNoise },
        ];
      });
    const reachOf = (plays: readonly Heard[]) => {
      const music = plays.filter(({ trackId }) => !RECORDINGS[trackId].isNoise);
      const byArtist = Map.groupBy(music, ({ trackId }) => RECORDINGS[trackId].artistId);
      return Object.fromEntries(
        Array.from(byArtist, ([artistId, some]) => [
          artistId,
          { streams: some.length, listeners: new Set(some.map(({ listenerId }) => listenerId)).size },
        ]),
      );
    };
    fc.assert(
      fc.property(
        policyOfMonth,
        fc.bigInt(0n, 10n ** 12n),
        fc.array(heard, { maxLength: 40 }),
        (policy, pool, plays) => {
          const { lines } = settled({
            ruleset: {
              ...LENIENT,
              sharing: { model: 'artistCentric', distributablePpm: 1_000_000, ...policy },
            },
            plays: plays.map((play) => aPlay(play)),
            inputs: [revenue(pool)],
            recordings: RECORDINGS,
          });
          expect(Object.fromEntries(lines.map(({ trackId, amount }) => [trackId, amount]))).toEqual({
            ...artistCentricOf(policy, pool, rowsOf(plays, policy.noiseMinMs), reachOf(plays)).tracks,
          });
        },
      ),
      { numRuns: runs(150) },
    );
  });

  test('gives every micro-unit a place and every play one verdict, in any order of delivery', () => {
    fc.assert(
      fc.property(anyMonth, fc.infiniteStream(fc.nat()), (month, dice) => {
        const first = settled(month);
        const { summary, shared, journals } = first;
        const { payable, disputed, unmatched, heldAmount, suspense } = summary;
        const placed = [payable, disputed, unmatched, heldAmount, suspense].map(BigInt);
        expect(placed.reduce((a, b) => a + b, 0n)).toBe(shared.pool);
        expect(shared.pool + shared.platform).toBe(month.revenue);
        for (const { lines } of journals)
          expect(lines.reduce((sum, { amount }) => sum + amount, 0n)).toBe(0n);
        const verdicts = Object.values(summary.rejected).reduce(
          (a, b) => a + b,
          summary.counted + summary.held,
        );
        expect(verdicts).toBe(month.plays.filter(({ period }) => period === PERIOD_ID).length);

        const keyed = month.plays.map((play) => ({ play, key: dice.next().value ?? 0 }));
        const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ play }) => play);
        expect(settled({ ...month, plays: shuffled })).toEqual(first);
      }),
      { numRuns: runs(150) },
    );
  });

  test('has the same result for any split of the listeners and any order (I3)', () => {
    const division = fc.record({
      begins: fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }),
      workers: fc.array(fc.nat(2), { minLength: 4, maxLength: 4 }),
      order: fc
        .array(fc.nat(), { minLength: 4, maxLength: 4 })
        .map(
          (keys) => (stretches: number) =>
            Array.from({ length: stretches }, (_, n) => n).sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0)),
        ),
      early: fc.boolean(),
    });
    fc.assert(
      fc.property(anyMonth, division, (month, how) => {
        expect(settled(month, foldedBySeveral(how))).toEqual(settled(month));
      }),
      { numRuns: runs(200) },
    );
  });

  test('puts a pool without plays into suspense', () => {
    expect(settled({ plays: [], inputs: [revenue(70n)] }).summary).toMatchObject({
      pool: '70',
      suspense: '70',
      tracks: 0,
    });
  });

  test('pays the holders of the shares at the time of the play', () => {
    const change = OCTOBER + DAY_MS;
    const month = {
      inputs: [revenue(90n)],
      timelines: { 'track-1': [shares({ old: 1_000_000 }), shares({ new: 1_000_000 }, change)] as const },
      plays: [
        aPlay({ startedAt: change - 1 }),
        aPlay({ startedAt: change }),
        aPlay({ startedAt: change + 600_000 }),
      ],
    };
    expect(splitsOf(month)).toEqual({ 'track-1 payee:new': 60n, 'track-1 payee:old': 30n });
  });

  test('keeps the weight of held plays and books their money to the case', () => {
    const month = {
      inputs: [revenue(90n)],
      timelines: LABEL,
      cases: [{ caseId: 'c1', subject: { kind: 'listener' as const, id: 'bob' }, status: 'open' as const }],
      plays: [aPlay(), aPlay({ listenerId: 'bob' }), aPlay({ listenerId: 'eve', trackId: 'track-2' })],
    };
    expect(splitsOf(month)).toEqual({
      'track-1 held:c1': 30n,
      'track-1 payee:label': 30n,
      'track-2 payee:indie': 30n,
    });
    expect(settled(month).summary).toMatchObject({ counted: 2, held: 1, heldAmount: '30' });
  });

  test('shares the revenue equally among listeners when no fees are recorded', () => {
    const month = {
      ruleset: USER_CENTRIC,
      inputs: [revenue(101n)],
      timelines: LABEL,
      plays: [aPlay(), aPlay(), aPlay(), aPlay({ listenerId: 'bob', trackId: 'track-2' })],
    };
    expect(splitsOf(month)).toEqual({ 'track-1 payee:label': 51n, 'track-2 payee:indie': 50n });
  });

  test('shares fees of listeners without credit, and revenue without a listener, among all tracks', () => {
    const month = {
      ruleset: USER_CENTRIC,
      inputs: [revenue(160n), fees({ ada: '30', bob: '30', idle: '60' })],
      timelines: LABEL,
      plays: [aPlay(), aPlay({ listenerId: 'bob', trackId: 'track-2' })],
    };
    expect(splitsOf(month)).toEqual({ 'track-1 payee:label': 80n, 'track-2 payee:indie': 80n });
  });

  test('converts the pool of a foreign currency once, through the account for residues', () => {
    const { summary, journals } = settled({
      ruleset: { ...LENIENT, sharing: { model: 'proRata', distributablePpm: 500_000 } },
      inputs: [
        revenue(100n),
        {
          type: 'ExchangeRateRecorded',
          data: { from: 'USD', to: 'EUR', numerator: 2, denominator: 3, at: OCTOBER },
        },
        revenue(101n, 'USD', 'r2'),
      ],
      timelines: LABEL,
      plays: [aPlay()],
    });
    expect(summary).toMatchObject({ currency: 'EUR', pool: '83', platform: '50', payable: '83' });
    expect(journals[0]).toEqual({
      reason: 'EXCHANGE',
      currency: 'USD',
      lines: [
        { account: 'bank', amount: -101n },
        { account: 'fx:residue', amount: 50n },
        { account: 'platform', amount: 51n },
      ],
    });
  });
});

describe('a restatement', () => {
  test('moves money within the pool, adds up to 0 and leaves the books equal to the new settlement', () => {
    fc.assert(
      fc.property(anyMonth, anyMonth, (one, other) => {
        const before = settled(one);
        const after = settled({ ...one, plays: other.plays, cases: other.cases });
        const standing = {
          lines: new Map(before.lines.map((line) => [line.trackId, line])),
          booked: bookedBy(before.journals),
        };
        const { lines, journals } = restate(PERIOD_ID, standing, after);
        const change = lines.reduce((sum, { amount }) => sum + amount, 0n);
        expect(change).toBe(
          BigInt(after.summary.pool) -
            BigInt(after.summary.suspense) -
            BigInt(before.summary.pool) +
            BigInt(before.summary.suspense),
        );
        for (const { lines } of journals)
          expect(lines.reduce((sum, { amount }) => sum + amount, 0n)).toBe(0n);
        const nonZero = (all: readonly (typeof journals)[number][]) =>
          [...bookedBy(all).values()].map(
            (sums) => new Map([...sums].filter(([, amount]) => amount !== 0n)),
          )[0] ?? new Map();
        expect(nonZero([...before.journals, ...journals])).toEqual(nonZero(after.journals));
      }),
      { numRuns: runs(100) },
    );
  });
});

describe('roots', () => {
  test('of leaves added one by one equal those of the whole tree', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array(), { maxLength: 40 }), (entries) => {
        const leaves = entries.map((entry) => leafHash(sha256, entry));
        const tree = merkleAccumulator(sha256);
        for (const leaf of leaves) tree.add(leaf);
        expect(Buffer.from(tree.root())).toEqual(Buffer.from(merkleRoot(sha256, merkleTree(sha256, leaves))));
      }),
    );
  });

  test('of parts equal those of the whole tree, wherever it is cut', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.array(fc.nat(40), { maxLength: 4 }), (size, cuts) => {
        const leaves = Array.from({ length: size }, (_, n) => leafHash(sha256, Uint8Array.of(n)));
        const whole = merkleAccumulator(sha256);
        const bounds = [0, ...cuts.map((cut) => Math.min(cut, size)).sort((a, b) => a - b), size];
        for (const [n, from] of bounds.slice(0, -1).entries()) {
          const part = merkleAccumulator(sha256, from);
          for (const leaf of leaves.slice(from, bounds[n + 1])) part.add(leaf);
          for (const { hash, level } of part.subtrees()) whole.add(hash, level);
        }
        expect(Buffer.from(whole.root())).toEqual(
          Buffer.from(merkleRoot(sha256, merkleTree(sha256, leaves))),
        );
      }),
    );
  });

  test('are made of canonical records', () => {
    const play = aPlay();
    const { listenerId, playId, startedAt, trackId } = play;
    const facts = { listenerId, playId, startedAt, trackId };
    expect(playRecord(play, { is: 'counted', creditPpm: 7 })).toBe(canonicalJson({ ...facts, creditPpm: 7 }));
    expect(playRecord(play, { is: 'held', creditPpm: 7, caseId: 'c' })).toBe(
      canonicalJson({ ...facts, creditPpm: 7, heldBy: 'c' }),
    );
    expect(playRecord(play, { is: 'rejected', reason: 'CONCURRENT' })).toBe(
      canonicalJson({ ...facts, reason: 'CONCURRENT' }),
    );
  });
});
