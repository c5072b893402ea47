import { z } from 'zod';
import { artistCentric, type ArtistPlays } from '../../domain/royalty/rules/artist-centric.js';
import { playCredit } from '../../domain/royalty/rules/credit.js';
import { type HeldCredits, splitPool } from '../../domain/royalty/rules/payout-split.js';
import { distributable, type Revenue } from '../../domain/royalty/rules/pool.js';
import { proRata } from '../../domain/royalty/rules/pro-rata.js';
import { addTo, type SharedOut } from '../../domain/royalty/rules/shared-out.js';
import { userCentric } from '../../domain/royalty/rules/user-centric.js';
import { reportFields } from './counting.js';
import { amount, Aside, count, countingPolicy, mapOf, segmentOf, weight } from './fields.js';
import { operation } from './operation.js';
import { mergedReports } from './reports.js';
import { artistCentricPolicy } from './sharing.js';

const policySchema = z.intersection(
  z.object({ count: countingPolicy, distributablePpm: count }),
  z.discriminatedUnion('model', [
    z.object({ model: z.literal('proRata') }),
    z.object({
      model: z.literal('userCentric'),
      inactive: z.enum(['pro-rata', 'suspense']).default('pro-rata'),
    }),
    artistCentricPolicy.extend({ model: z.literal('artistCentric') }),
  ]),
);

const inputSchema = z.object({
  users: z.array(z.object({ userId: z.string(), fee: amount })),
  tracks: mapOf(
    z.object({
      durationMs: count,
      sharesPpm: mapOf(weight),
      artistId: z.string().optional(),
      noise: z.boolean().default(false),
    }),
  ),
  reports: z.array(
    z.looseObject({
      ...reportFields,
      userId: z.string(),
      trackId: z.string(),
      active: z.boolean().default(false),
    }),
  ),
});

type Policy = z.infer<typeof policySchema>;
type Input = z.infer<typeof inputSchema>;
type CountedPlay = {
  readonly playbackId: string;
  readonly userId: string;
  readonly trackId: string;
  readonly active: boolean;
  readonly creditPpm: number;
  readonly held: string | null;
};

/** One period from reports to accounts: R1 to R11 and R15 composed. */
export const endToEnd = operation(policySchema, inputSchema, (policy, input) => {
  const plays = countedPlays(policy, input);
  const { pool, platform } = revenueOf(policy, input);
  const shared = sharedOut(policy, input, plays, pool);
  const accounts = splitPool(shared, (id) => trackOf(input, id).sharesPpm, heldByTrack(plays));
  return {
    pool,
    platformRetained: platform,
    tracks: shared.tracks,
    payable: accounts.payable,
    disputed: accounts.disputed,
    unmatched: accounts.unmatched,
    ...(accounts.held.size === 0 ? {} : { held: new Aside(accounts.held) }),
    suspense: accounts.suspense,
    plays: new Map(plays.map(({ playbackId, creditPpm }) => [playbackId, creditPpm])),
  };
});

const trackOf = ({ tracks }: Input, id: string) => {
  const track = tracks.get(id);
  if (!track) throw new RangeError(`The track ${id} is not among the tracks.`);
  return track;
};

const countedPlays = ({ count: counting }: Policy, input: Input): readonly CountedPlay[] => {
  const first = new Map(input.reports.map((report) => [report.playbackId, report]));
  for (const { playbackId, userId, trackId } of input.reports) {
    const play = first.get(playbackId);
    if (play?.userId !== userId || play.trackId !== trackId)
      throw new RangeError(`The reports of ${playbackId} name several users or tracks.`);
  }
  const merged = mergedReports(input.reports, (report) =>
    segmentOf(report, trackOf(input, report.trackId).durationMs),
  );
  return Array.from(first.values(), ({ playbackId, userId, trackId, active }) => {
    const play = merged.plays.get(playbackId);
    const { creditPpm } = playCredit(counting, play?.segments ?? [], trackOf(input, trackId).durationMs);
    return { playbackId, userId, trackId, active, creditPpm, held: play?.conflict ?? null };
  });
};

/** User-centric floors each fee by itself (R8), the others floor the sum (R7). */
const revenueOf = ({ model, distributablePpm }: Policy, { users }: Input): Revenue => {
  const fees = users.map(({ fee }) => fee);
  if (model !== 'userCentric')
    return distributable(
      fees.reduce((sum, fee) => sum + fee, 0n),
      distributablePpm,
    );
  const parts = fees.map((fee) => distributable(fee, distributablePpm));
  return {
    pool: parts.reduce((sum, { pool }) => sum + pool, 0n),
    platform: parts.reduce((sum, { platform }) => sum + platform, 0n),
  };
};

const sharedOut = (policy: Policy, input: Input, plays: readonly CountedPlay[], pool: bigint): SharedOut => {
  if (policy.model === 'artistCentric') return artistCentric(policy, pool, artistPlays(input, plays));
  const byUser = new Map<string, Map<string, bigint>>(input.users.map(({ userId }) => [userId, new Map()]));
  const everybody = new Map<string, bigint>();
  for (const { userId, trackId, creditPpm } of plays) {
    const credits = byUser.get(userId);
    if (!credits) throw new RangeError(`The user ${userId} is not among the users.`);
    addTo(credits, trackId, BigInt(creditPpm));
    addTo(everybody, trackId, BigInt(creditPpm));
  }
  if (policy.model === 'proRata') return proRata(pool, everybody);
  const fees = input.users.map(({ userId, fee }) => ({
    fee: distributable(fee, policy.distributablePpm).pool,
    credits: byUser.get(userId) ?? new Map<string, bigint>(),
  }));
  return userCentric(fees, policy.inactive);
};

/** R9 counts plays, not parts of plays: those that have credit. */
const artistPlays = (input: Input, plays: readonly CountedPlay[]): readonly ArtistPlays[] =>
  plays.map(({ userId, trackId, active, creditPpm }) => {
    const { artistId = trackId, noise } = trackOf(input, trackId);
    return { userId, trackId, artistId, active, noise, count: creditPpm > 0 ? 1 : 0 };
  });

const heldByTrack =
  (plays: readonly CountedPlay[]) =>
  (trackId: string): HeldCredits | undefined => {
    const ofTrack = plays.filter((play) => play.trackId === trackId);
    const byCase = new Map<string, bigint>();
    let total = 0n;
    for (const { playbackId, creditPpm, held } of ofTrack) {
      total += BigInt(creditPpm);
      if (held && creditPpm > 0) byCase.set(`${held}:${playbackId}`, BigInt(creditPpm));
    }
    return byCase.size === 0 ? undefined : { total, byCase };
  };
