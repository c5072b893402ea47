import { PPM_BIG } from '../../shared/exact/integers.js';
import { allocate } from './allocate.js';
import { addTo, type SharedOut } from './shared-out.js';

/** R9's parameters. The boosts are whole factors, `noiseWeight` too: 0 pays noise nothing. */
export type ArtistCentricPolicy = {
  readonly proMinStreams: number;
  readonly proMinListeners: number;
  /** Plays a month that one user counts for; more are scaled down to it. */
  readonly userCap: number;
  readonly proBoost: number;
  readonly activeBoost: number;
  readonly noiseWeight: number;
  /** Noise that is shorter, or of unknown length, is paid nothing. Absent: noise of any length has its weight. */
  readonly noiseMinMs?: number;
};

/** Plays of one track by one user in the month. */
export type ArtistPlays = {
  readonly userId: string;
  readonly trackId: string;
  readonly artistId: string;
  readonly count: number;
  /** Searched for, or found by an editor's hand; not served by an algorithm. */
  readonly active: boolean;
  readonly noise: boolean;
  /** Length of the track; null or absent when it is not known. Asked of noise only. */
  readonly durationMs?: number | null;
};

/** Plays of an artist in the month and the users behind them, before any cap and boost. */
export type ArtistReach = { readonly streams: number; readonly listeners: number };

export type ArtistCentric = SharedOut & { readonly weights: ReadonlyMap<string, bigint> };

/** R9: the pool by plays, doubled for professional artists and for active listening, capped for each user. */
export const artistCentric = (
  policy: ArtistCentricPolicy,
  pool: bigint,
  plays: readonly ArtistPlays[],
  reach: ReadonlyMap<string, ArtistReach> = reachOf(plays),
): ArtistCentric => {
  const rows = merged(
    plays.map((row) => (row.noise && isTooShort(policy, row) ? { ...row, count: 0 } : row)),
  );
  const playsOfUser = new Map<string, bigint>();
  for (const { userId, count, noise } of rows) if (!noise) addTo(playsOfUser, userId, BigInt(count));

  const cap = BigInt(policy.userCap);
  const weights = new Map<string, bigint>();
  for (const row of rows) {
    const weight = weightOf(policy, row, reach.get(row.artistId));
    const plays = playsOfUser.get(row.userId) ?? 0n;
    addTo(weights, row.trackId, !row.noise && plays > cap ? (weight * cap) / plays : weight);
  }
  const { parts, unallocated } = allocate(pool, weights);
  return { weights, tracks: parts, suspense: unallocated };
};

/** Whether a play of noise has no weight, since its track is too short. */
export const isTooShort = (
  { noiseMinMs = 0 }: Pick<ArtistCentricPolicy, 'noiseMinMs'>,
  { durationMs }: Pick<ArtistPlays, 'durationMs'>,
): boolean => (durationMs ?? 0) < noiseMinMs;

/** What each artist reached: noise is nobody's audience. */
export const reachOf = (plays: readonly ArtistPlays[]): ReadonlyMap<string, ArtistReach> => {
  const reached = new Map<string, { streams: number; users: Set<string> }>();
  for (const { artistId, userId, count, noise } of plays) {
    if (noise || count === 0) continue;
    const artist = reached.get(artistId) ?? { streams: 0, users: new Set() };
    artist.streams += count;
    artist.users.add(userId);
    reached.set(artistId, artist);
  }
  return new Map(Array.from(reached, ([id, { streams, users }]) => [id, { streams, listeners: users.size }]));
};

const weightOf = (
  policy: ArtistCentricPolicy,
  plays: ArtistPlays,
  reach: ArtistReach | undefined,
): bigint => {
  const base = BigInt(plays.count) * PPM_BIG;
  if (plays.noise) return base * BigInt(policy.noiseWeight);
  const isProfessional =
    reach !== undefined && reach.streams >= policy.proMinStreams && reach.listeners >= policy.proMinListeners;
  return base * BigInt(isProfessional ? policy.proBoost : 1) * BigInt(plays.active ? policy.activeBoost : 1);
};

/** Rows of one user, track and kind as one, so that the floor of the cap does not depend on how plays were counted up. */
const merged = (plays: readonly ArtistPlays[]): readonly ArtistPlays[] => {
  const rows = new Map<string, ArtistPlays>();
  for (const play of plays) {
    const key = JSON.stringify([play.userId, play.trackId, play.artistId, play.active, play.noise]);
    const row = rows.get(key);
    rows.set(key, row ? { ...row, count: row.count + play.count } : play);
  }
  return [...rows.values()];
};
