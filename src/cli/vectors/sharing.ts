import { z } from 'zod';
import { allocate } from '../../domain/royalty/rules/allocate.js';
import { artistCentric } from '../../domain/royalty/rules/artist-centric.js';
import {
  mechanicalPool,
  mechanicalShares,
  overtimeTenths,
  perPerformance,
  subscriberMonths,
} from '../../domain/royalty/rules/mechanical.js';
import { convertPool } from '../../domain/royalty/rules/pool.js';
import { proRata } from '../../domain/royalty/rules/pro-rata.js';
import { userCentric } from '../../domain/royalty/rules/user-centric.js';
import { timesFloor } from '../../domain/shared/exact/integers.js';
import { amount, count, fraction, mapOf, unlessZero, weight } from './fields.js';
import { type Operation, operation } from './operation.js';

const anyPolicy = z.looseObject({}).nullish();

const allocateOp = operation(
  z.object({ method: z.literal('largestRemainder').optional() }).nullish(),
  z.object({ total: amount, weights: mapOf(weight) }),
  (_policy, { total, weights }) => ({ ...allocate(total, weights) }),
);

const proRataOp = operation(
  anyPolicy,
  z.object({ pool: amount, credits: mapOf(weight) }),
  (_policy, { pool, credits }) => ({ ...proRata(pool, credits) }),
);

const userCentricOp = operation(
  z.object({ inactive: z.enum(['pro-rata', 'suspense']).default('pro-rata') }),
  z.object({ users: z.array(z.object({ userId: z.string(), fee: amount, credits: mapOf(weight) })) }),
  ({ inactive }, { users }) => ({ ...userCentric(users, inactive) }),
);

export const artistCentricPolicy = z.object({
  proMinStreams: count,
  proMinListeners: count,
  userCap: count,
  proBoost: count,
  activeBoost: count,
  noiseWeight: count.default(0),
});

const artistCentricOp = operation(
  artistCentricPolicy,
  z.object({
    pool: amount,
    artists: mapOf(z.object({ streams: count, listeners: count })).optional(),
    plays: z.array(
      z.object({
        userId: z.string(),
        trackId: z.string(),
        artistId: z.string(),
        count,
        active: z.boolean().default(false),
        noise: z.boolean().default(false),
      }),
    ),
  }),
  (policy, { pool, artists, plays }) => ({ ...artistCentric(policy, pool, plays, artists) }),
);

const mechanicalPoolOp = operation(
  anyPolicy,
  z.object({
    revenue: amount,
    revenuePpm: count,
    tcc: amount.nullish(),
    tccPpm: count.nullish(),
    tccPerSubCap: amount.nullish(),
    performanceRoyalties: amount,
    floorPerSub: amount.nullish(),
    subscriberMonths: fraction,
  }),
  (_policy, input) => ({
    ...mechanicalPool(
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
    ),
  }),
);

const overtimeOp = operation(
  z.object({ basis: z.literal('ms-ceil').optional() }).nullish(),
  z.object({ durationsMs: z.array(count) }),
  (_policy, { durationsMs }) => ({ factorTenths: durationsMs.map(overtimeTenths) }),
);

const mechanicalAllocateOp = operation(
  anyPolicy,
  z.object({ pool: amount, works: mapOf(z.object({ plays: weight, durationMs: count })) }),
  (_policy, { pool, works }) => {
    const { adjustedTenths, tracks, suspense } = mechanicalShares(pool, works);
    return { adjustedTenths, works: tracks, ...unlessZero('suspense', suspense) };
  },
);

const subscriberMonthsOp = operation(
  z.object({ planWeightsPpm: mapOf(count), centsPerSubscriber: amount }),
  z.object({
    daysInMonth: count.pipe(z.int().positive()),
    subscribers: z.array(z.object({ plan: z.string(), days: count, count })),
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
    return {
      subscriberMonths: `${months.numerator}/${months.denominator}`,
      floorAmount: timesFloor(centsPerSubscriber, months),
    };
  },
);

const perPerformanceOp = operation(
  anyPolicy,
  z.object({ performances: weight, ratesPerYear: mapOf(weight) }),
  (_policy, { performances, ratesPerYear }) => ({
    amounts: new Map(Array.from(ratesPerYear, ([year, rate]) => [year, perPerformance(performances, rate)])),
  }),
);

const fxThenAllocateOp = operation(
  z.object({ rate: fraction, rounding: z.literal('floor').optional() }),
  z.object({ pool: amount, weights: mapOf(weight) }),
  ({ rate }, { pool, weights }) => {
    const { converted } = convertPool(pool, rate);
    const { parts, unallocated } = allocate(converted, weights);
    return { converted, parts, ...unlessZero('unallocated', unallocated) };
  },
);

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
