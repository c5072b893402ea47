import type { ArtistCentricPolicy } from '../rules/artist-centric.js';
import type { ConcurrencyPolicy } from '../rules/concurrency.js';
import type { CountingPolicy } from '../rules/credit.js';
import type { DeliveryPolicy } from '../rules/delivery.js';
import type { EligibilityPolicy } from '../rules/eligibility.js';
import type { MechanicalRates } from '../rules/mechanical.js';
import type { ConcentrationPolicy, ShortStopPolicy, TravelPolicy } from '../rules/signals.js';
import type { TimePolicy } from '../rules/time-check.js';
import type { WallClockPolicy } from '../rules/wall-clock.js';

/**
 * All parameters that turn a month of plays into money, as JSON: integers and strings, no code. The books refer to it
 * by the hash of its canonical form, so that a statement can be recomputed from it and the inputs alone (I13).
 */
export type Ruleset = {
  /** Version of this format. */
  readonly format: 1;
  /** For display. It is part of the hash. */
  readonly name: string;
  readonly counting: CountingRules;
  readonly sharing: SharingRules;
  readonly eligibility: EligibilityPolicy | null;
  readonly penalties: PenaltyRules;
  readonly integrity: IntegrityRules;
  readonly closing: ClosingRules;
};

export type CountingRules = {
  readonly credit: CountingPolicy;
  readonly time: TimePolicy;
  /** R5; null: no limit. */
  readonly straightRunMax: number | null;
  /** R16; null: no limit on simultaneous streams. */
  readonly concurrency: ConcurrencyPolicy | null;
  /** R20; null: no delivery evidence is required. */
  readonly delivery: DeliveryPolicy | null;
};

export type SharingRules =
  | { readonly model: 'proRata'; readonly distributablePpm: number }
  | { readonly model: 'userCentric'; readonly distributablePpm: number; readonly idleFees: IdleFees }
  | ({ readonly model: 'artistCentric'; readonly distributablePpm: number } & ArtistCentricPolicy)
  | { readonly model: 'perPerformance'; readonly rates: readonly PerformanceRate[] }
  | { readonly model: 'usMechanical'; readonly rates: readonly MechanicalYear[] };

/** Where the fees of listeners without any credit go: to everybody's tracks (R8), or to suspense. */
export type IdleFees = 'pro-rata' | 'suspense';

/** Micro-units for each performance in a calendar year. */
export type PerformanceRate = { readonly year: number; readonly rate: string };

/** 37 CFR 385 rates for one kind of Offering in a calendar year; money in micro-units. */
export type MechanicalYear = {
  readonly year: number;
  readonly revenuePpm: number;
  readonly tccPpm: number;
  readonly tccPerSubscriberCap: string | null;
  readonly floorPerSubscriber: string | null;
  /** Weight of a subscriber in the floor, ppm of one. */
  readonly familyWeightPpm: number;
  readonly studentWeightPpm: number;
};

export type PenaltyRules = {
  readonly flat: { readonly thresholdPpm: number; readonly feePerTrack: string } | null;
  readonly percentPpm: number | null;
};

/** Parameters of the integrity rules F1 to F12. Null switches a rule off. */
export type IntegrityRules = {
  readonly wallClock: WallClockPolicy | null;
  readonly repeats: { readonly playsPerDayMax: number } | null;
  readonly travel: TravelPolicy | null;
  readonly shortStops: ShortStopPolicy | null;
  readonly clusters: { readonly accountsMax: number } | null;
  readonly concentration: ConcentrationPolicy | null;
  readonly speed: { readonly speedMaxPpm: number } | null;
};

/** Days after the month's end (B.5). */
export type ClosingRules = { readonly provisionalDays: number; readonly finalDays: number };

/** The rates of a year, money in micro-units; undefined when the ruleset has none, and no month of it can be closed. */
export const mechanicalRatesIn = (
  years: readonly MechanicalYear[],
  year: number,
): (MechanicalRates & Pick<MechanicalYear, 'familyWeightPpm' | 'studentWeightPpm'>) | undefined => {
  const rates = years.find((rates) => rates.year === year);
  return (
    rates && {
      revenuePpm: rates.revenuePpm,
      tccPpm: rates.tccPpm,
      tccPerSubscriberCap: rates.tccPerSubscriberCap === null ? null : BigInt(rates.tccPerSubscriberCap),
      floorPerSubscriber: rates.floorPerSubscriber === null ? null : BigInt(rates.floorPerSubscriber),
      familyWeightPpm: rates.familyWeightPpm,
      studentWeightPpm: rates.studentWeightPpm,
    }
  );
};

/** Micro-units per performance in a year; undefined when the ruleset has no rate for it. */
export const performanceRateIn = (rates: readonly PerformanceRate[], year: number): bigint | undefined => {
  const found = rates.find((rate) => rate.year === year);
  return found && BigInt(found.rate);
};
