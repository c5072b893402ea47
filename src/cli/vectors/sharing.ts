import { z } from 'zod';
import { allocate } from '../../domain/royalty/rules/allocate.js';
import { mechanicalPool, overtimeWeight, subscriberMonths } from '../../domain/royalty/rules/mechanical.js';
import type { SharingRules } from '../../domain/royalty/rulesets/ruleset.js';
import { weightsOf, yearOf } from '../../domain/royalty/sharing/pools.js';
import type { Usage } from '../../domain/royalty/sharing/usage.js';
import { isMonth } from '../../domain/shared/calendar.js';
import { PPM_BIG } from '../../domain/shared/exact/integers.js';
import { amount, Aside, count, fraction, mapOf, unlessZero, weight } from './fields.js';
import {
  byTrack,
  expanded,
  finishedPlay,
  inLowestTerms,
  inSuspense,
  listenerFees,
  revenue,
  rulesetWith,
  sharedOut,
  usageOfCredits,
  usageOfPlays,
  usageOfSums,
} from './month.js';
import { type Operation, operation } from './operation.js';

const anyPolicy = z.strictObject({}).nullish();

const allocateOp = operation(
  z
    .strictObject({ method: z.literal('largestRemainder').optional(), tieBreak: z.string().optional() })
    .nullish(),
  z.strictObject({ total: amount, weights: mapOf(weight) }),
  (_policy, { total, weights }) => ({ ...allocate(total, weights) }),
);

const proRataOp = operation(
  anyPolicy,
  z.strictObject({ pool: amount, credits: mapOf(weight) }),
  (_policy, { pool, credits }) => {
    const usage = usageOfCredits(rulesetWith(), credits);
    const shared = sharedOut(rulesetWith(), [revenue(pool)], usage);
    return { tracks: byTrack(usage, shared), suspense: inSuspense(shared) };
  },
);

const userCentricOp = operation(
  z.strictObject({ inactive: z.enum(['pro-rata', 'suspense']).default('pro-rata') }),
  z.strictObject({
    users: z.array(z.looseObject({ userId: z.string(), fee: amount, credits: mapOf(weight) })),
  }),
  ({ inactive }, { users }) => {
    if (new Set(users.map(({ userId }) => userId)).size < users.length)
      throw new RangeError('A user is listed twice.');
    // `fee` is already the distributable part.
    const ruleset = rulesetWith({ model: 'userCentric', distributablePpm: 1_000_000, idleFees: inactive });
    const credits = inLowestTerms(users.map((user) => user.credits));
    const usage = usageOfSums(
      ruleset,
      credits.flatMap((some) =>
        Array.from(some, ([trackId, creditPpm]) => ({ trackId, plays: 1n, creditPpm })),
      ),
      users.map(({ userId }, i) => ({ listenerId: userId, credits: credits[i] ?? new Map() })),
    );
    const shared = sharedOut(ruleset, [listenerFees(users)], usage);
    return { tracks: byTrack(usage, shared), suspense: inSuspense(shared) };
  },
);

export const artistCentricPolicy = z.strictObject({
  proMinStreams: count,
  proMinListeners: count,
  userCap: count,
  proBoost: count,
  activeBoost: count,
  noiseWeight: count.default(0),
});

const artistCentricOp = operation(
  artistCentricPolicy,
  z.strictObject({
    pool: amount,
    artists: mapOf(z.strictObject({ streams: count, listeners: count })).optional(),
    plays: z.array(
      z.looseObject({
        userId: z.string(),
        trackId: z.string(),
        artistId: z.string(),
        count,
        active: z.boolean().default(false),
        noise: z.boolean().default(false),
      }),
    ),
  }),
  (policy, { pool, artists, plays }) => {
    const sharing: SharingRules = { model: 'artistCentric', distributablePpm: 1_000_000, ...policy };
    const recordings = new Map(
      plays.map(({ trackId, artistId, noise }) => [trackId, { artistId, isNoise: noise }]),
    );
    for (const { trackId, artistId, noise } of plays) {
      const recording = recordings.get(trackId);
      if (recording?.artistId !== artistId || recording.isNoise !== noise)
        throw new RangeError(`${trackId} is by several artists, or music and noise.`);
    }
    const played = usageOfPlays(
      rulesetWith(sharing),
      expanded(
        plays,
        (row) => row.count,
        ({ userId, trackId, active }, index, place) =>
          finishedPlay({
            playId: `${place} ${index}`,
            listenerId: userId,
            trackId,
            source: active ? 'search' : 'unknown',
          }),
      ),
      { recordingOf: (trackId) => recordings.get(trackId) ?? { artistId: trackId, isNoise: false } },
    );
    // `artists` gives the totals of the whole period; the vector lists only some of its plays.
    const usage: Usage = artists ? { ...played, reach: artists } : played;
    const shared = sharedOut(rulesetWith(sharing), [revenue(pool)], usage);
    return {
      weights: withUnplayed(plays, weightsByTrack(sharing, usage)),
      tracks: withUnplayed(plays, byTrack(usage, shared)),
      suspense: inSuspense(shared),
    };
  },
);

const weightsByTrack = (sharing: SharingRules, usage: Usage): ReadonlyMap<string, bigint> => {
  const weights = weightsOf(sharing, usage);
  return new Map(usage.tracks.map(({ trackId }, i) => [trackId, weights[i] ?? 0n]));
};

/** Adds 0 for tracks that a vector lists without a play: they have no line in a month. */
const withUnplayed = (
  plays: readonly { readonly trackId: string }[],
  amounts: ReadonlyMap<string, bigint>,
): ReadonlyMap<string, bigint> => new Map(plays.map(({ trackId }) => [trackId, amounts.get(trackId) ?? 0n]));

const mechanicalPoolOp = operation(
  anyPolicy,
  z.strictObject({
    revenue: amount,
    revenuePpm: count,
    tcc: amount.nullish(),
    tccPpm: count.nullish(),
    tccPerSubCap: amount.nullish(),
    performanceRoyalties: amount,
    floorPerSub: amount.nullish(),
    subscriberMonths: fraction,
  }),
  (_policy, input) => {
    const steps = mechanicalPool(
      {
        revenuePpm: input.revenuePpm,
        tccPpm: input.tccPpm ?? 0,
        tccPerSubscriberCap: input.tccPerSubCap ?? null,
        floorPerSubscriber: input.floorPerSub ?? null,
      },
      {
        revenue: input.revenue,
        totalContentCost: input.tcc ?? 0n,
        performanceRoyalties: input.performanceRoyalties,
        subscriberMonths: input.subscriberMonths,
      },
    );
    return { ...steps, floor: steps.floor ?? new Aside(null) };
  },
);

/** Rates that distribute the whole revenue. */
const EVERY_YEAR: SharingRules = {
  model: 'usMechanical',
  rates: [
    {
      year: 2026,
      revenuePpm: 1_000_000,
      tccPpm: 0,
      tccPerSubscriberCap: null,
      floorPerSubscriber: null,
      familyWeightPpm: 0,
      studentWeightPpm: 0,
    },
  ],
};

const overtimeOp = operation(
  z.strictObject({ basis: z.literal('ms-ceil').optional() }).nullish(),
  z.strictObject({ durationsMs: z.array(count) }),
  (_policy, { durationsMs }) => {
    // One play of each length.
    const plays = durationsMs.map((durationMs, i) =>
      finishedPlay({ playId: String(i), trackId: String(i), startedAt: i, durationMs }),
    );
    const weights = weightsByTrack(EVERY_YEAR, usageOfPlays(rulesetWith(EVERY_YEAR), plays));
    return { factorTenths: durationsMs.map((_, i) => Number((weights.get(String(i)) ?? 0n) / PPM_BIG)) };
  },
);

const mechanicalAllocateOp = operation(
  anyPolicy,
  z.strictObject({ pool: amount, works: mapOf(z.strictObject({ plays: weight, durationMs: count })) }),
  (_policy, { pool, works }) => {
    const usage = usageOfSums(
      rulesetWith(EVERY_YEAR),
      Array.from(works, ([trackId, { plays, durationMs }]) => ({
        trackId,
        plays,
        // A credit of 1 ppm for each play, so that large numbers of plays fit: only proportions matter (I12).
        overtimePpm: plays * BigInt(overtimeWeight(1, durationMs)),
      })),
    );
    const shared = sharedOut(rulesetWith(EVERY_YEAR), [revenue(pool)], usage);
    return {
      adjustedTenths: weightsByTrack(EVERY_YEAR, usage),
      works: byTrack(usage, shared),
      ...unlessZero('suspense', inSuspense(shared)),
    };
  },
);

const subscriberMonthsOp = operation(
  z.strictObject({ planWeightsPpm: mapOf(count), centsPerSubscriber: amount }),
  z.strictObject({
    daysInMonth: count.pipe(z.int().positive()),
    subscribers: z.array(z.looseObject({ plan: z.string(), days: count, count })),
  }),
  ({ planWeightsPpm, centsPerSubscriber }, { daysInMonth, subscribers }) => {
    const months = subscriberMonths(
      daysInMonth,
      subscribers.map(({ plan, days, count }) => {
        const weightPpm = planWeightsPpm.get(plan);
        if (weightPpm === undefined) throw new RangeError(`No weight is given for the plan ${plan}.`);
        return { weightPpm, days, count };
      }),
    );
    const { floor = 0n } = mechanicalPool(
      { revenuePpm: 0, tccPpm: 0, tccPerSubscriberCap: null, floorPerSubscriber: centsPerSubscriber },
      { revenue: 0n, totalContentCost: 0n, performanceRoyalties: 0n, subscriberMonths: months },
    );
    return { subscriberMonths: `${months.numerator}/${months.denominator}`, floorAmount: floor };
  },
);

const perPerformanceOp = operation(
  anyPolicy,
  z.strictObject({ performances: weight, ratesPerYear: mapOf(weight) }),
  (_policy, { performances, ratesPerYear }) => ({
    amounts: new Map(
      Array.from(ratesPerYear, ([year, rate]) => {
        // A rate whose name is not a year applies to any year.
        const [named, any] = [`${year}-01`, '2026-01'] as const;
        const month = isMonth(named) ? named : any;
        const ruleset = rulesetWith({
          model: 'perPerformance',
          rates: [{ year: yearOf(month), rate: String(rate) }],
        });
        const usage = usageOfSums(ruleset, [{ trackId: 'track', plays: performances }]);
        return [year, sharedOut(ruleset, [revenue(0n)], usage, { month }).pool];
      }),
    ),
  }),
);

const fxThenAllocateOp = operation(
  z.strictObject({
    rate: fraction,
    rounding: z.literal('floor').optional(),
    residue: z.literal('fx:residue').optional(),
  }),
  z.strictObject({ pool: amount, weights: mapOf(weight) }),
  ({ rate }, { pool, weights }) => {
    const usage = usageOfCredits(rulesetWith(), weights);
    const shared = sharedOut(rulesetWith(), [revenue(0n), revenue(pool, FOREIGN)], usage, {
      rates: new Map([[FOREIGN, rate]]),
    });
    return {
      converted: shared.pool,
      parts: byTrack(usage, shared),
      ...unlessZero('unallocated', inSuspense(shared)),
    };
  },
);

const FOREIGN = 'USD';

export const sharingOperations: Readonly<Record<string, Operation>> = {
  allocate: allocateOp,
  proRata: proRataOp,
  userCentric: userCentricOp,
  artistCentric: artistCentricOp,
  mechanicalPool: mechanicalPoolOp,
  overtime: overtimeOp,
  mechanicalAllocate: mechanicalAllocateOp,
  subscriberMonths: subscriberMonthsOp,
  perPerformance: perPerformanceOp,
  fxThenAllocate: fxThenAllocateOp,
};
