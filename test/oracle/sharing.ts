import { add, allocateExactly, type Sums, table } from './exact.js';

export type OracleUser = { fee: bigint; credits: Sums };

/** R8, one user at a time. */
export const userCentricOf = (users: readonly OracleUser[], inactive: string) => {
  const tracks: Sums = table();
  const everybody: Sums = table();
  let idle = 0n;
  for (const { fee, credits } of users) {
    for (const [track, credit] of Object.entries(credits)) add(everybody, track, credit);
    const { parts, unallocated } = allocateExactly(fee, credits);
    for (const [track, part] of Object.entries(parts)) add(tracks, track, part);
    idle += unallocated;
  }
  if (inactive === 'suspense') return { tracks, suspense: idle };
  const rest = allocateExactly(idle, everybody);
  for (const [track, part] of Object.entries(rest.parts)) add(tracks, track, part);
  return { tracks, suspense: rest.unallocated };
};

export type OracleArtistPolicy = {
  proMinStreams: number;
  proMinListeners: number;
  userCap: number;
  proBoost: number;
  activeBoost: number;
  /** Absent: noise has no weight. */
  noiseWeight?: number;
};

export type OracleArtistPlay = {
  userId: string;
  trackId: string;
  artistId: string;
  count: number;
  active: boolean;
  noise: boolean;
};

/** R9, for rows unique by user, track and kind. */
export const artistCentricOf = (
  policy: OracleArtistPolicy,
  pool: bigint,
  plays: readonly OracleArtistPlay[],
  artists: Record<string, { streams: number; listeners: number }>,
) => {
  const weights: Sums = table();
  for (const play of plays) {
    const ofUser = plays.filter(({ userId, noise }) => userId === play.userId && !noise);
    const n = ofUser.reduce((sum, { count }) => sum + count, 0);
    const reach = artists[play.artistId];
    if (play.noise) {
      add(weights, play.trackId, BigInt(play.count) * 1_000_000n * BigInt(policy.noiseWeight ?? 0));
      continue;
    }
    let weight = BigInt(play.count) * 1_000_000n;
    if (reach && reach.streams >= policy.proMinStreams && reach.listeners >= policy.proMinListeners)
      weight *= BigInt(policy.proBoost);
    if (play.active) weight *= BigInt(policy.activeBoost);
    if (n > policy.userCap) weight = (weight * BigInt(policy.userCap)) / BigInt(n);
    add(weights, play.trackId, weight);
  }
  const { parts, unallocated } = allocateExactly(pool, weights);
  return { weights, tracks: parts, suspense: unallocated };
};

/** R11. */
export const splitsOf = (amount: bigint, shares: Sums) => {
  const claimed = Object.values(shares).reduce((sum, share) => sum + share, 0n);
  if (claimed > 1_000_000n) return { payable: table<bigint>(), disputed: amount, unmatched: 0n };
  const weights: Sums = Object.assign(table<bigint>(), shares);
  if (claimed < 1_000_000n) weights['~unmatched'] = 1_000_000n - claimed;
  const { '~unmatched': unmatched = 0n, ...payable } = allocateExactly(amount, weights).parts;
  return { payable, disputed: 0n, unmatched };
};
