import type { CountingRules, IntegrityRules, Ruleset } from './ruleset.js';
import { usMechanicalRates } from './us-mechanical-rates.js';
import { DAY_MS } from '../../shared/civil-date.js';

// Ready-made rulesets. They are published like any other; the books refer to them by hash.

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

/**
 * 30 seconds of the track, or all of a shorter one; one stream at a time; offline plays up to 37 days late. No delivery
 * evidence is required (R20), because not every service records deliveries.
 */
const COUNTING: CountingRules = {
  credit: { kind: 'threshold', thresholdMs: 30 * SECOND_MS, measure: 'unique' },
  time: { skewToleranceMs: 120 * SECOND_MS, maxLateMs: 37 * DAY_MS },
  straightRunMax: null,
  concurrency: { maxStreams: 1, overlapToleranceMs: 12 * SECOND_MS },
  delivery: null,
};

const INTEGRITY: IntegrityRules = {
  wallClock: { perDeviceMs: DAY_MS, perAccountMs: 20 * HOUR_MS },
  repeats: { playsPerDayMax: 10 },
  travel: { kmPerHourMax: 1_000 },
  shortStops: { bandMs: [30 * SECOND_MS, 35 * SECOND_MS], shareAtLeastPpm: 900_000, minPlays: 200 },
  clusters: { accountsMax: 10 },
  concentration: { topAccountsPpm: 10_000, shareAtLeastPpm: 500_000, growthAtLeast: 50 },
  speed: { speedMaxPpm: 1_050_000 },
};

const DISTRIBUTABLE_PPM = 550_000;

export const PRO_RATA: Ruleset = {
  format: 1,
  name: 'Pro rata, 30 seconds',
  counting: COUNTING,
  sharing: { model: 'proRata', distributablePpm: DISTRIBUTABLE_PPM },
  eligibility: null,
  penalties: { flat: null, percentPpm: null },
  integrity: INTEGRITY,
  closing: { provisionalDays: 10, finalDays: 38 },
};

export const USER_CENTRIC: Ruleset = {
  ...PRO_RATA,
  name: 'User-centric, 30 seconds',
  sharing: { model: 'userCentric', distributablePpm: DISTRIBUTABLE_PPM, idleFees: 'pro-rata' },
};

/** Deezer's published parameters. */
export const ARTIST_CENTRIC: Ruleset = {
  ...PRO_RATA,
  name: 'Artist-centric, 30 seconds',
  sharing: {
    model: 'artistCentric',
    distributablePpm: DISTRIBUTABLE_PPM,
    proMinStreams: 1_000,
    proMinListeners: 500,
    userCap: 1_000,
    proBoost: 2,
    activeBoost: 2,
    noiseWeight: 0,
  },
};

/** Pro rata by the part of the track that was heard, from five seconds. */
export const GRADUATED: Ruleset = {
  ...PRO_RATA,
  name: 'Pro rata, graduated',
  counting: {
    ...COUNTING,
    credit: { kind: 'gradLinear', fullAt: 'duration', minMs: 5 * SECOND_MS, measure: 'unique' },
  },
};

/** 37 CFR 385: a stream lasting 30 seconds, so that a passage heard again counts; at most 50 in a row. */
export const US_MECHANICAL: Ruleset = {
  ...PRO_RATA,
  name: 'US mechanical, standalone portable subscription',
  counting: {
    ...COUNTING,
    credit: { kind: 'threshold', thresholdMs: 30 * SECOND_MS, measure: 'played' },
    straightRunMax: 50,
  },
  sharing: { model: 'usMechanical', rates: usMechanicalRates('portable') },
};

/** SoundExchange for broadcasters, non-subscription: any transmitted part of a recording is a performance. */
export const PER_PERFORMANCE: Ruleset = {
  ...PRO_RATA,
  name: 'US webcast, per performance',
  counting: { ...COUNTING, credit: { kind: 'threshold', thresholdMs: 0, measure: 'played' } },
  sharing: {
    model: 'perPerformance',
    rates: [
      { year: 2025, rate: '2500' },
      { year: 2026, rate: '2800' },
      { year: 2027, rate: '2900' },
      { year: 2028, rate: '3000' },
      { year: 2029, rate: '3100' },
      { year: 2030, rate: '3200' },
    ],
  },
};

export const DEFAULT_RULESETS: readonly Ruleset[] = [
  PRO_RATA,
  USER_CENTRIC,
  ARTIST_CENTRIC,
  GRADUATED,
  US_MECHANICAL,
  PER_PERFORMANCE,
];
