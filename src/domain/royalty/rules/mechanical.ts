import {
  floorDiv,
  max,
  min,
  ppmOf,
  rational,
  type Rational,
  timesFloor,
} from '../../shared/exact/integers.js';

/** Inputs of 37 CFR 385.21(b) for one Offering and month. Money in micro-units. */
export type MechanicalInputs = {
  readonly revenue: bigint;
  /** Total content cost: payments of the service to labels. */
  readonly totalContentCost: bigint;
  /** Performance royalties expensed for the same Offering and month. */
  readonly performanceRoyalties: bigint;
  /** Exact; part months count by the day. */
  readonly subscriberMonths: Rational;
};

/** Rates of the Offering in the month. */
export type MechanicalRates = {
  readonly revenuePpm: number;
  readonly tccPpm: number;
  /** Cap of the content-cost prong for each subscriber-month; null: none. */
  readonly tccPerSubscriberCap: bigint | null;
  /** Least pool for each subscriber-month; null: none. */
  readonly floorPerSubscriber: bigint | null;
};

/** The steps, which a statement must show one by one (385.21(d)). */
export type MechanicalPool = {
  readonly revenueProng: bigint;
  readonly tccProng: bigint;
  readonly allIn: bigint;
  /** The all-in pool less performance royalties; may be below 0. */
  readonly step2: bigint;
  /** Absent when the Offering has none. */
  readonly floor?: bigint;
  readonly payablePool: bigint;
};

/** R10, steps 1 to 3. */
export const mechanicalPool = (rates: MechanicalRates, inputs: MechanicalInputs): MechanicalPool => {
  const { subscriberMonths } = inputs;
  const revenueProng = ppmOf(inputs.revenue, rates.revenuePpm);
  const ofContentCost = ppmOf(inputs.totalContentCost, rates.tccPpm);
  const tccProng =
    rates.tccPerSubscriberCap === null
      ? ofContentCost
      : min(ofContentCost, timesFloor(rates.tccPerSubscriberCap, subscriberMonths));
  const allIn = max(revenueProng, tccProng);
  const step2 = allIn - inputs.performanceRoyalties;
  const steps = { revenueProng, tccProng, allIn, step2 };
  // Without a floor the pool is never below 0.
  if (rates.floorPerSubscriber === null) return { ...steps, payablePool: max(step2, 0n) };
  const floor = timesFloor(rates.floorPerSubscriber, subscriberMonths);
  return { ...steps, floor, payablePool: max(step2, floor) };
};

const OVERTIME_FROM_MS = 300_000;
const MINUTE_MS = 60_000;

/** R4: tenths of a play that one play of a track of this length counts as: from 5:01 on, 2 more for each minute begun. */
export const overtimeTenths = (durationMs: number): number =>
  durationMs <= OVERTIME_FROM_MS ? 10 : 10 + 2 * Math.ceil((durationMs - OVERTIME_FROM_MS) / MINUTE_MS);

/** R10, step 4: the weight of a credit in the payable pool, in ppm of a tenth of a play. */
export const overtimeWeight = (creditPpm: number, durationMs: number | null): number =>
  creditPpm * overtimeTenths(durationMs ?? 0);

/** Subscribers of one plan on the same number of days of the month. */
export type Subscribers = { readonly weightPpm: number; readonly days: number; readonly count: number };

/** R10: Σ weight × days × count / days in the month, kept exact. A family counts 1.75, a student 0.5 (since 2023). */
export const subscriberMonths = (daysInMonth: number, subscribers: readonly Subscribers[]): Rational => {
  let numerator = 0n;
  for (const { weightPpm, days, count } of subscribers)
    numerator += BigInt(weightPpm) * BigInt(days) * BigInt(count);
  return rational(numerator, 1_000_000n * BigInt(daysInMonth));
};

/** A price that changed inside a month, by the day: ⌊Σ fee × days / days in the month⌋ (edge case 34). */
export const feeByDay = (
  daysInMonth: number,
  prices: readonly { readonly fee: bigint; readonly days: number }[],
): bigint =>
  floorDiv(
    prices.reduce((sum, { fee, days }) => sum + fee * BigInt(days), 0n),
    BigInt(daysInMonth),
  );
