import type { MechanicalYear } from './ruleset.js';

/**
 * Kinds of Offering with a floor in 37 CFR 385.22. Rulesets assign a kind to an offering by month, so it can change.
 */
export type MechanicalOffering = 'portable' | 'nonPortable' | 'mixed' | 'bundle';

type Rate = readonly [year: number, revenuePpm: number, tccPpm: number];

/**
 * 37 CFR 385.21(b)(1), table 1 (2018 to 2022), and 87 FR 80448 (2023 to 2027): the same for all kinds except the values
 * below.
 */
const RATES: readonly Rate[] = [
  [2018, 114_000, 220_000],
  [2019, 123_000, 231_000],
  [2020, 133_000, 241_000],
  [2021, 142_000, 252_000],
  [2022, 151_000, 262_000],
  [2023, 151_000, 262_000],
  [2024, 152_000, 262_000],
  [2025, 152_500, 262_000],
  [2026, 153_000, 262_000],
  [2027, 153_500, 262_000],
];

/** 385.22(a): minimum pool per subscriber-month, micro-dollars. */
const FLOORS: Readonly<
  Record<MechanicalOffering, { readonly until2022: string; readonly since2023: string }>
> = {
  portable: { until2022: '500000', since2023: '600000' },
  nonPortable: { until2022: '150000', since2023: '180000' },
  mixed: { until2022: '300000', since2023: '360000' },
  bundle: { until2022: '250000', since2023: '330000' },
};

const BUNDLE_TCC_PPM_SINCE_2023 = 245_000;
const PORTABLE_TCC_CAP_SINCE_2023 = '1100000';

/**
 * The US mechanical rates of one kind of Offering, 2018 to 2027. The sources print the percentages of revenue. Confirm
 * the floors, caps and plan weights since 2023 against the current 385.22 before using them for payments.
 */
export const usMechanicalRates = (offering: MechanicalOffering): readonly MechanicalYear[] =>
  RATES.map(([year, revenuePpm, tccPpm]) => {
    const isSince2023 = year >= 2023;
    const { until2022, since2023 } = FLOORS[offering];
    return {
      year,
      revenuePpm,
      tccPpm: isSince2023 && offering === 'bundle' ? BUNDLE_TCC_PPM_SINCE_2023 : tccPpm,
      tccPerSubscriberCap: isSince2023 && offering === 'portable' ? PORTABLE_TCC_CAP_SINCE_2023 : null,
      floorPerSubscriber: isSince2023 ? since2023 : until2022,
      familyWeightPpm: isSince2023 ? 1_750_000 : 1_500_000,
      studentWeightPpm: 500_000,
    };
  });
