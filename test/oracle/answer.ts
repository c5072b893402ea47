import { Fraction } from 'fraction.js';
import { add, allocateExactly, floorOf, fractionOf, type Sums, table } from './exact.js';
import {
  creditOf,
  floorPpm,
  mergedBy,
  type OraclePolicy,
  type OracleReport,
  type OracleSegment,
  overtimeTenthsOf,
} from './plays.js';
import {
  artistCentricOf,
  type OracleArtistPlay,
  type OracleArtistPolicy,
  splitsOf,
  userCentricOf,
} from './sharing.js';

type Texts = Record<string, string>;

const sums = (texts: Texts): Sums =>
  Object.fromEntries(Object.entries(texts).map(([id, text]) => [id, BigInt(text)]));

export type AllocateInput = { total: string; weights: Texts };
export const allocate = ({ total, weights }: AllocateInput) => allocateExactly(BigInt(total), sums(weights));

export type UserCentricInput = { users: { userId: string; fee: string; credits: Texts }[] };
export const userCentric = ({ users }: UserCentricInput, inactive: string) =>
  userCentricOf(
    users.map(({ fee, credits }) => ({ fee: BigInt(fee), credits: sums(credits) })),
    inactive,
  );

export type ArtistCentricInput = {
  pool: string;
  artists: Record<string, { streams: number; listeners: number }>;
  plays: OracleArtistPlay[];
};
export const artistCentric = (policy: OracleArtistPolicy, { pool, plays, artists }: ArtistCentricInput) =>
  artistCentricOf(policy, BigInt(pool), plays, artists);

export type PlayCreditInput = { cases: { durationMs: number; segments: OracleSegment[] }[] };
export const playCredit = (policy: OraclePolicy, { cases }: PlayCreditInput) => ({
  cases: cases.map(({ durationMs, segments }) => creditOf(policy, segments, durationMs)),
});

export type SplitsInput = { amount: string; sharesPpm: Texts };
export const splits = ({ amount, sharesPpm }: SplitsInput) => splitsOf(BigInt(amount), sums(sharesPpm));

export type RestateInput = { pool: string; oldCredits: Texts; newCredits: Texts };
export const restate = ({ pool, oldCredits, newCredits }: RestateInput) => {
  const before = allocateExactly(BigInt(pool), sums(oldCredits));
  const after = allocateExactly(BigInt(pool), sums(newCredits));
  const deltas: Sums = table();
  for (const [id, amount] of Object.entries(after.parts)) add(deltas, id, amount);
  for (const [id, amount] of Object.entries(before.parts)) add(deltas, id, -amount);
  const suspense = after.unallocated - before.unallocated;
  return { old: before.parts, new: after.parts, deltas, ...(suspense === 0n ? {} : { suspense }) };
};

export type MechanicalPoolInput = {
  revenue: string;
  revenuePpm: string;
  tcc: string;
  tccPpm: string;
  tccPerSubCap: string | null;
  performanceRoyalties: string;
  floorPerSub: string | null;
  subscriberMonths: string;
};
export const mechanicalPool = (input: MechanicalPoolInput) => {
  const months = new Fraction(input.subscriberMonths);
  const times = (amount: string): bigint => floorOf(fractionOf(BigInt(amount)).mul(months));
  const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
  const revenueProng = floorPpm(BigInt(input.revenue), Number(input.revenuePpm));
  const share = floorPpm(BigInt(input.tcc), Number(input.tccPpm));
  const cap = input.tccPerSubCap === null ? share : times(input.tccPerSubCap);
  const tccProng = share < cap ? share : cap;
  const allIn = larger(revenueProng, tccProng);
  const step2 = allIn - BigInt(input.performanceRoyalties);
  const floor = input.floorPerSub === null ? null : times(input.floorPerSub);
  return { revenueProng, tccProng, allIn, step2, floor, payablePool: larger(step2, floor ?? 0n) };
};

export type MechanicalAllocateInput = {
  pool: string;
  works: Record<string, { plays: string; durationMs: number }>;
};
export const mechanicalAllocate = ({ pool, works }: MechanicalAllocateInput) => {
  const adjustedTenths: Sums = table();
  for (const [work, { plays, durationMs }] of Object.entries(works))
    add(adjustedTenths, work, BigInt(plays) * BigInt(overtimeTenthsOf(durationMs)));
  const { parts, unallocated } = allocateExactly(BigInt(pool), adjustedTenths);
  return { adjustedTenths, works: parts, ...(unallocated === 0n ? {} : { suspense: unallocated }) };
};

export type AccountInput = { opening: string; periods: string[] };
export const royaltyAccount = (
  { minPayout, minorDigits }: { minPayout: string; minorDigits: number },
  { opening, periods }: AccountInput,
) => {
  let balance = BigInt(opening);
  return {
    periods: periods.map((text) => {
      const earned = BigInt(text);
      balance += earned;
      const minor = new Fraction(balance).div(10n ** BigInt(6 - minorDigits));
      const isPaid = balance > 0n && balance >= BigInt(minPayout);
      const paid = isPaid ? floorOf(minor) * 10n ** BigInt(6 - minorDigits) : 0n;
      balance -= paid;
      return { earned, paid, closing: balance };
    }),
  };
};

export type WorldPolicy = {
  count: OraclePolicy;
  model: 'proRata' | 'userCentric' | 'artistCentric';
  distributablePpm: number;
} & Partial<OracleArtistPolicy>;

export type World = {
  users: { userId: string; fee: string }[];
  tracks: Record<
    string,
    { durationMs: number; sharesPpm: Record<string, number>; artistId: string; noise: boolean }
  >;
  reports: (OracleReport & { userId: string; trackId: string; active: boolean })[];
};

/** R1 to R11 and R15 over one period. Assumes that no reports contradict each other. */
export const endToEnd = (policy: WorldPolicy, world: World) => {
  const trackOf = (id: string) => {
    const track = world.tracks[id];
    if (!track) throw new Error(`no track ${id}`);
    return track;
  };
  const reportOf = new Map(world.reports.map((report) => [report.playbackId, report]));
  const merged = mergedBy(
    world.reports,
    ({ playbackId }) => trackOf(reportOf.get(playbackId)?.trackId ?? '').durationMs,
  );
  const plays = Object.entries(merged.plays).map(([playbackId, { segments }]) => {
    const { userId = '', trackId = '', active = false } = reportOf.get(playbackId) ?? {};
    const { creditPpm } = creditOf(policy.count, segments, trackOf(trackId).durationMs);
    return { playbackId, userId, trackId, active, creditPpm };
  });

  const fees = world.users.map(({ fee }) => BigInt(fee));
  const revenue = fees.reduce((sum, fee) => sum + fee, 0n);
  const distributed = fees.map((fee) => floorPpm(fee, policy.distributablePpm));
  const pool =
    policy.model === 'userCentric'
      ? distributed.reduce((sum, part) => sum + part, 0n)
      : floorPpm(revenue, policy.distributablePpm);

  const shared = share(policy, world, plays, pool, distributed);
  const payable: Sums = table();
  const disputed: Sums = table();
  const unmatched: Sums = table();
  for (const [track, amount] of Object.entries(shared.tracks)) {
    const shares = Object.entries(trackOf(track).sharesPpm).map(([id, ppm]): [string, bigint] => [
      id,
      BigInt(ppm),
    ]);
    const split = splitsOf(amount, Object.fromEntries(shares));
    for (const [party, part] of Object.entries(split.payable)) add(payable, party, part);
    if (split.disputed !== 0n) add(disputed, track, split.disputed);
    if (split.unmatched !== 0n) add(unmatched, track, split.unmatched);
  }
  return {
    pool,
    platformRetained: revenue - pool,
    tracks: shared.tracks,
    payable,
    disputed,
    unmatched,
    suspense: shared.suspense,
    plays: Object.fromEntries(plays.map(({ playbackId, creditPpm }) => [playbackId, creditPpm])),
  };
};

type OraclePlay = { userId: string; trackId: string; active: boolean; creditPpm: number };

const share = (
  policy: WorldPolicy,
  world: World,
  plays: readonly OraclePlay[],
  pool: bigint,
  distributed: readonly bigint[],
): { tracks: Sums; suspense: bigint } => {
  const creditsOf = (isMine: (play: OraclePlay) => boolean): Sums => {
    const credits: Sums = table();
    for (const play of plays) if (isMine(play)) add(credits, play.trackId, BigInt(play.creditPpm));
    return credits;
  };
  if (policy.model === 'proRata') {
    const { parts, unallocated } = allocateExactly(
      pool,
      creditsOf(() => true),
    );
    return { tracks: parts, suspense: unallocated };
  }
  if (policy.model === 'userCentric')
    return userCentricOf(
      world.users.map(({ userId }, i) => ({
        fee: distributed[i] ?? 0n,
        credits: creditsOf((play) => play.userId === userId),
      })),
      'pro-rata',
    );

  // One row per user, track and kind, as in the usage counts.
  const rows = new Map<string, OracleArtistPlay>();
  for (const { userId, trackId, active, creditPpm } of plays) {
    const { artistId = '', noise = false } = world.tracks[trackId] ?? {};
    const key = JSON.stringify([userId, trackId, active]);
    const row = rows.get(key) ?? { userId, trackId, artistId, active, noise, count: 0 };
    row.count += creditPpm > 0 ? 1 : 0;
    rows.set(key, row);
  }
  const artists: Record<string, { streams: number; listeners: number }> = table();
  for (const artistId of new Set(Array.from(rows.values(), (row) => row.artistId))) {
    const heard = [...rows.values()].filter(
      (row) => row.artistId === artistId && !row.noise && row.count > 0,
    );
    artists[artistId] = {
      streams: heard.reduce((sum, { count }) => sum + count, 0),
      listeners: new Set(heard.map(({ userId }) => userId)).size,
    };
  }
  return artistCentricOf(policy as OracleArtistPolicy, pool, [...rows.values()], artists);
};
