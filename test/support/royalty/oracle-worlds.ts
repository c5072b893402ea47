import * as fc from 'fast-check';
import type { World, WorldPolicy } from '../../oracle/answer.js';
import type { OraclePolicy } from '../../oracle/plays.js';

/** Number of random worlds for a property: `few`, or PLAYLEDGER_ORACLE_RUNS if that is greater. */
export const runs = (few: number): number =>
  Math.max(few, Number(process.env['PLAYLEDGER_ORACLE_RUNS'] ?? 0));

/** Ids, including some whose order by UTF-16 code unit differs from their order by byte. */
export const id = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', 'c', 'd', 'track-1', 'track-10', 'track-2', 'Z') },
  { weight: 1, arbitrary: fc.constantFrom('\u{1F600}', 'Ａ', 'é', 'e\u0301', '__proto__', '') },
  { weight: 1, arbitrary: fc.string({ maxLength: 6, unit: 'binary' }).filter((text) => text.isWellFormed()) },
);

export const amount = (most: bigint) => fc.oneof(fc.bigInt(0n, 20n), fc.bigInt(0n, most)).map(String);

const milliseconds = (most: number) =>
  fc
    .oneof(fc.constantFrom(0, 1, 29_999, 30_000, 30_001), fc.integer({ min: 0, max: most }))
    .map((ms) => Math.min(ms, most));

export const segment = fc
  .record({
    a: milliseconds(400_000),
    b: milliseconds(400_000),
    wall: fc.option(milliseconds(400_000), { nil: undefined, freq: 4 }),
  })
  .map(({ a, b, wall }) => ({
    from: Math.min(a, b),
    to: Math.max(a, b),
    ...(wall === undefined ? {} : { wall }),
  }));

export const durationMs = fc.oneof(
  fc.constantFrom(0, 1, 25_000, 30_000, 200_000, 300_001),
  fc.integer({ min: 1, max: 400_000 }),
);

const measure = fc.constantFrom('unique', 'played');

export const countingPolicy: fc.Arbitrary<OraclePolicy> = fc.oneof(
  fc.record({ kind: fc.constant('threshold'), thresholdMs: milliseconds(60_000), measure }),
  fc.record({
    kind: fc.constant('gradLinear'),
    fullAt: fc.oneof(fc.constant('duration' as const), fc.integer({ min: 1, max: 400_000 })),
    minMs: milliseconds(30_000),
    measure,
  }),
  fc.record({
    kind: fc.constant('gradTiers'),
    tiers: fc.uniqueArray(
      fc.record({
        fromPpm: fc.integer({ min: 0, max: 1_000_000 }),
        creditPpm: fc.integer({ min: 0, max: 1_000_000 }),
      }),
      { minLength: 1, maxLength: 5, selector: ({ fromPpm }) => fromPpm },
    ),
    measure,
  }),
  fc.record({
    kind: fc.constant('fractionOrMax'),
    num: fc.integer({ min: 0, max: 3 }),
    den: fc.integer({ min: 1, max: 4 }),
    maxMs: milliseconds(240_000),
    minDurationMsExclusive: milliseconds(60_000),
    measure,
  }),
);

const TRACKS = ['t1', 't2', 't3', 't4', 't5'];
const USERS = ['u1', 'u2', 'u3', 'u4'];
const PARTIES = ['label', 'artist', 'producer', '~zz', 'Ö'];

const shares = fc.oneof(
  fc.constant({ label: 800_000, artist: 200_000 }),
  fc.dictionary(fc.constantFrom(...PARTIES), fc.integer({ min: 0, max: 700_000 }), { maxKeys: 3 }),
);

/** A period of a small service: short, partial, repeated and offline plays; over-claimed and unclaimed tracks. */
export const world: fc.Arbitrary<World> = fc
  .record({
    fees: fc.array(amount(50_000_000n), { minLength: USERS.length, maxLength: USERS.length }),
    tracks: fc.array(
      fc.record({ durationMs, sharesPpm: shares, artistId: fc.constantFrom('x', 'y'), noise: fc.boolean() }),
      { minLength: TRACKS.length, maxLength: TRACKS.length },
    ),
    plays: fc.array(
      fc.record({
        userId: fc.constantFrom(...USERS),
        trackId: fc.constantFrom(...TRACKS),
        active: fc.boolean(),
        segments: fc.array(segment, { minLength: 1, maxLength: 3 }),
      }),
      { maxLength: 25 },
    ),
  })
  .map(({ fees, tracks, plays }) => ({
    users: USERS.map((userId, i) => ({ userId, fee: fees[i] ?? '0' })),
    tracks: Object.fromEntries(TRACKS.flatMap((id, i) => (tracks[i] ? [[id, tracks[i]]] : []))),
    reports: plays.flatMap(({ segments, ...play }, p) =>
      segments.map((segment, seq) => ({ ...play, ...segment, playbackId: `p${p}`, deviceId: 'd', seq })),
    ),
  }));

export const worldPolicy: fc.Arbitrary<WorldPolicy> = fc.record({
  count: countingPolicy,
  model: fc.constantFrom('proRata' as const, 'userCentric' as const, 'artistCentric' as const),
  distributablePpm: fc.integer({ min: 0, max: 1_000_000 }),
  proMinStreams: fc.integer({ min: 0, max: 5 }),
  proMinListeners: fc.integer({ min: 0, max: 3 }),
  userCap: fc.integer({ min: 1, max: 6 }),
  proBoost: fc.constant(2),
  activeBoost: fc.constant(3),
});
