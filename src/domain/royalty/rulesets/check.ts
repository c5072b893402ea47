import { PPM } from '../../shared/exact/integers.js';
import type { CountingPolicy, FractionPolicy, LinearPolicy, TiersPolicy } from '../rules/credit.js';
import type { ThresholdPolicy } from '../rules/counting.js';
import type { Distance, TravelPolicy } from '../rules/signals.js';
import type {
  CountingRules,
  IntegrityRules,
  MechanicalYear,
  PerformanceRate,
  Ruleset,
  SharingRules,
} from './ruleset.js';
import {
  either,
  integer,
  type Issue,
  listOf,
  micros,
  object,
  oneOf,
  optional,
  orNull,
  pairOf,
  range,
  type Shape,
  text,
  variants,
} from './shape.js';
import { DAY_MS } from '../../shared/civil-date.js';

const YEAR_DAYS = 366;
const TIERS_MAX = 100;
const YEARS_MAX = 100;
const DISTANCES_MAX = 2_000;
const HALF_AROUND_THE_EARTH_KM = 20_100;

const ppm = integer(0, PPM);
const lengthMs = integer(0, DAY_MS);
const positive = integer(1, 1_000_000_000);
const measure = oneOf('unique', 'played');
const year = integer(1900, 9999);

const credit = variants<CountingPolicy, 'kind'>('kind', {
  threshold: object<ThresholdPolicy>({ kind: oneOf('threshold'), thresholdMs: lengthMs, measure }),
  gradLinear: object<LinearPolicy>({
    kind: oneOf('gradLinear'),
    fullAt: either(oneOf('duration'), integer(1, DAY_MS)),
    minMs: lengthMs,
    measure,
  }),
  gradTiers: object<TiersPolicy>({
    kind: oneOf('gradTiers'),
    tiers: listOf(object({ fromPpm: ppm, creditPpm: ppm }), TIERS_MAX),
    measure,
  }),
  fractionOrMax: object<FractionPolicy>({
    kind: oneOf('fractionOrMax'),
    num: integer(0, 1_000),
    den: integer(1, 1_000),
    maxMs: lengthMs,
    minDurationMsExclusive: lengthMs,
    measure,
  }),
});

const counting = object<CountingRules>({
  credit,
  time: object({ skewToleranceMs: lengthMs, maxLateMs: integer(0, YEAR_DAYS * DAY_MS) }),
  straightRunMax: orNull(positive),
  concurrency: orNull(object({ maxStreams: integer(1, 1_000), overlapToleranceMs: lengthMs })),
  delivery: orNull(object({ windowMs: integer(0, YEAR_DAYS * DAY_MS), edgeToleranceMs: lengthMs })),
});

const boost = integer(1, 1_000);

const sharing = variants<SharingRules, 'model'>('model', {
  proRata: object({ model: oneOf('proRata'), distributablePpm: ppm }),
  userCentric: object({
    model: oneOf('userCentric'),
    distributablePpm: ppm,
    idleFees: oneOf('pro-rata', 'suspense'),
  }),
  artistCentric: object({
    model: oneOf('artistCentric'),
    distributablePpm: ppm,
    proMinStreams: integer(0, 1_000_000_000),
    proMinListeners: integer(0, 1_000_000_000),
    userCap: positive,
    proBoost: boost,
    activeBoost: boost,
    noiseWeight: integer(0, 1_000),
    noiseMinMs: optional(integer(1, DAY_MS)),
  }),
  perPerformance: object({
    model: oneOf('perPerformance'),
    rates: listOf(object<PerformanceRate>({ year, rate: micros }), YEARS_MAX),
  }),
  usMechanical: object({
    model: oneOf('usMechanical'),
    rates: listOf(
      object<MechanicalYear>({
        year,
        revenuePpm: ppm,
        tccPpm: ppm,
        tccPerSubscriberCap: orNull(micros),
        floorPerSubscriber: orNull(micros),
        familyWeightPpm: integer(0, 10 * PPM),
        studentWeightPpm: integer(0, 10 * PPM),
      }),
      YEARS_MAX,
    ),
  }),
});

const territory = text(/^[A-Z]{2}$/);
const distances = listOf(
  object<Distance>({ between: pairOf(territory), km: integer(1, HALF_AROUND_THE_EARTH_KM) }),
  DISTANCES_MAX,
);

const integrity = object<IntegrityRules>({
  wallClock: orNull(object({ perDeviceMs: lengthMs, perAccountMs: lengthMs })),
  repeats: orNull(object({ playsPerDayMax: positive })),
  travel: orNull(object<TravelPolicy>({ kmPerHourMax: positive, distances: optional(distances) })),
  shortStops: orNull(object({ bandMs: range(DAY_MS), shareAtLeastPpm: ppm, minPlays: positive })),
  clusters: orNull(object({ accountsMax: positive })),
  concentration: orNull(object({ topAccountsPpm: ppm, shareAtLeastPpm: ppm, growthAtLeast: positive })),
  speed: orNull(object({ speedMaxPpm: integer(PPM, 100 * PPM) })),
});

const RULESET: Shape<Ruleset> = object<Ruleset>({
  format: oneOf(1),
  name: text(/^\S.{0,118}\S$/u),
  counting,
  sharing,
  eligibility: orNull(
    object({
      minStreams: integer(0, 1_000_000_000),
      windowMonths: integer(1, 120),
      minListeners: orNull(positive),
    }),
  ),
  penalties: object({
    flat: orNull(object({ thresholdPpm: ppm, feePerTrack: micros })),
    percentPpm: orNull(ppm),
  }),
  integrity,
  closing: object({ provisionalDays: integer(0, YEAR_DAYS), finalDays: integer(0, YEAR_DAYS) }),
});

/** All issues of an unknown value as a ruleset; empty when it is a valid one. */
export const rulesetIssues = (value: unknown): readonly Issue[] => {
  const issues = RULESET.issues(value, '');
  // Consistency between fields is checked only once the shape is right.
  return issues.length > 0 ? issues : disagreements(value as Ruleset);
};

export const isRuleset = (value: unknown): value is Ruleset => rulesetIssues(value).length === 0;

const disagreements = ({ counting, sharing, integrity, closing }: Ruleset): readonly Issue[] => {
  const issues: Issue[] = [];
  if ('rates' in sharing && new Set(sharing.rates.map(({ year }) => year)).size < sharing.rates.length)
    issues.push({ path: 'sharing.rates', problem: 'a year has more than one rate' });
  const pairs = (integrity.travel?.distances ?? []).map(({ between }) => [...between].sort().join(' '));
  if (new Set(pairs).size < pairs.length)
    issues.push({
      path: 'integrity.travel.distances',
      problem: 'two territories have more than one distance',
    });
  if (closing.finalDays * DAY_MS < counting.time.maxLateMs)
    issues.push({
      path: 'closing.finalDays',
      problem: 'the month would close while late plays are still accepted',
    });
  if (closing.provisionalDays > closing.finalDays)
    issues.push({
      path: 'closing.provisionalDays',
      problem: 'the provisional close is after the final one',
    });
  return issues;
};
