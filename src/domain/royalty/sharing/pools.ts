import { allocate, allocateAmong, allocateSmall, isSmall } from '../rules/allocate.js';
import { type MechanicalPool, mechanicalPool, subscriberMonths } from '../rules/mechanical.js';
import type { Right } from '../../shared/right.js';
import { distributable } from '../rules/pool.js';
import {
  mechanicalRatesIn,
  performanceRateIn,
  type Ruleset,
  type SharingRules,
} from '../rulesets/ruleset.js';
import { daysInMonth } from '../../shared/civil-date.js';
import type { Month } from '../../shared/calendar.js';
import { compareBytes } from '../../shared/exact/byte-order.js';
import { type ConvertedAmount, convert, type Figures, inCurrency } from './figures.js';
import { type MoneySums, openMoneySums } from './money-sums.js';
import type { NamedCredits, TrackUsage, Usage } from './usage.js';

/** Money that cannot be allocated, by reason. */
export type Suspense = { readonly reason: 'NO_USAGE' | 'IDLE_FEES' | 'PENALTIES'; readonly amount: bigint };

/**
 * A pool and its allocation, micro-units of `currency`. Tracks and suspense add up to the pool; pool and platform to
 * the revenue (I1).
 */
export type Shared = {
  readonly currency: string;
  readonly pool: bigint;
  /** The platform's part. Below 0 where a floor or rate exceeds the revenue. */
  readonly platform: bigint;
  /** In the order of `usage.tracks`. */
  readonly amounts: readonly bigint[];
  readonly suspense: readonly Suspense[];
  /** The parts of other currencies, converted. */
  readonly exchanges: readonly ConvertedAmount[];
  /** 385.21(d): the steps of a mechanical pool. */
  readonly steps?: MechanicalPool;
};

/** Why a month cannot be settled by its ruleset. */
export type Unsettled = { readonly rejected: 'RatesMissing'; readonly detail: string };

/** The right that a sharing model pays for: mechanical for US mechanicals, else recording. */
export const rightPaidBy = ({ sharing }: Ruleset): Right =>
  sharing.model === 'usMechanical' ? 'mechanical' : 'recording';

/** R7 to R10: computes the pool of a month and allocates it to its tracks. */
export const sharePool = (
  { sharing }: Ruleset,
  month: Month,
  figures: Figures,
  usage: Usage,
): Shared | Unsettled => {
  switch (sharing.model) {
    case 'proRata':
    case 'artistCentric':
      return byWeight(pooled(sharing.distributablePpm, figures), usage, weightsOf(sharing, usage));
    case 'userCentric':
      return byUser(sharing, figures, usage);
    case 'perPerformance':
      return perPerformance(sharing, month, figures, usage);
    case 'usMechanical':
      return mechanical(sharing, month, figures, usage);
  }
};

type Pooled = Pick<Shared, 'currency' | 'pool' | 'platform' | 'exchanges'>;

/** R7: the pool of each currency is converted once. */
const pooled = (ppm: number, figures: Figures): Pooled => {
  const { currency, revenue } = figures;
  const { pool: own, platform } = distributable(revenue.get(currency) ?? 0n, ppm);
  const exchanges = [...revenue]
    .filter(([from]) => from !== currency)
    .map(([from, amount]) => convert(figures, distributable(amount, ppm).pool, from));
  const pool = exchanges.reduce((sum, { converted }) => sum + converted, own);
  return { currency, pool, platform, exchanges };
};

/** All revenue in the period's currency, for models whose pool is not a fixed part of it. */
const converted = (
  figures: Figures,
): { readonly revenue: bigint; readonly exchanges: readonly ConvertedAmount[] } => {
  const { currency, revenue } = figures;
  const exchanges = [...revenue]
    .filter(([from]) => from !== currency)
    .map(([from, amount]) => convert(figures, amount, from));
  return { revenue: inCurrency(figures, revenue), exchanges };
};

const byWeight = (pooled: Pooled, { tracks }: Usage, weights: readonly bigint[]): Shared => {
  const parts = allocateAmong(pooled.pool, idsOf(tracks), weights);
  return {
    ...pooled,
    amounts: parts ?? tracks.map(() => 0n),
    suspense: parts ? [] : suspense('NO_USAGE', pooled.pool),
  };
};

const idsOf = (tracks: readonly TrackUsage[]): readonly string[] => tracks.map(({ trackId }) => trackId);

const suspense = (reason: Suspense['reason'], amount: bigint): readonly Suspense[] =>
  amount === 0n ? [] : [{ reason, amount }];

/**
 * What each track weighs in a pool that is shared by weight: its credits (R7), with boosts and caps (R9), or with overtime
 * (R10). Under the other models, whose money is not shared by weight, its credits.
 */
export const weightsOf = (sharing: SharingRules, usage: Usage): readonly bigint[] => {
  const weightOf = weightBy(sharing, usage);
  return usage.tracks.map((track) => BigInt(weightOf(track)));
};

const weightBy = (sharing: SharingRules, usage: Usage): ((track: TrackUsage) => number) => {
  switch (sharing.model) {
    case 'artistCentric':
      return artistWeight(sharing, usage);
    case 'usMechanical':
      return ({ overtimePpm }) => overtimePpm;
    case 'proRata':
    case 'userCentric':
    case 'perPerformance':
      return ({ creditPpm }) => creditPpm;
  }
};

const artistWeight =
  (
    { proMinStreams, proMinListeners }: Extract<SharingRules, { readonly model: 'artistCentric' }>,
    { reach }: Usage,
  ) =>
  ({ artistId, weights }: TrackUsage): number => {
    const artist = reach.get(artistId);
    const isProfessional =
      artist !== undefined && artist.streams >= proMinStreams && artist.listeners >= proMinListeners;
    return isProfessional ? weights.professional : weights.other;
  };

const perPerformance = (
  { rates }: Extract<SharingRules, { readonly model: 'perPerformance' }>,
  month: Month,
  figures: Figures,
  usage: Usage,
): Shared | Unsettled => {
  const rate = performanceRateIn(rates, yearOf(month));
  if (rate === undefined) return noRates(month);
  const { revenue, exchanges } = converted(figures);
  const amounts = usage.tracks.map(({ plays }) => BigInt(plays) * rate);
  const pool = amounts.reduce((sum, amount) => sum + amount, 0n);
  return { currency: figures.currency, pool, platform: revenue - pool, amounts, suspense: [], exchanges };
};

const mechanical = (
  sharing: Extract<SharingRules, { readonly model: 'usMechanical' }>,
  month: Month,
  figures: Figures,
  usage: Usage,
): Shared | Unsettled => {
  const rates = mechanicalRatesIn(sharing.rates, yearOf(month));
  if (!rates) return noRates(month);
  const { revenue, exchanges } = converted(figures);
  const steps = mechanicalPool(rates, {
    revenue,
    totalContentCost: inCurrency(figures, figures.contentCost),
    performanceRoyalties: inCurrency(figures, figures.performanceRoyalties),
    subscriberMonths: subscriberMonths(
      daysInMonth(yearOf(month), Number(month.slice(5))),
      figures.subscribers,
    ),
  });
  const pool = steps.payablePool;
  const base = { currency: figures.currency, pool, platform: revenue - pool, exchanges };
  return { ...byWeight(base, usage, weightsOf(sharing, usage)), steps };
};

/** Calendar year of a month. */
export const yearOf = (month: Month): number => Number(month.slice(0, 4));

const noRates = (month: Month): Unsettled => ({
  rejected: 'RatesMissing',
  detail: `The ruleset has no rates for ${month.slice(0, 4)}.`,
});

/**
 * R8. Uses the recorded fee of each listener; without recorded fees, an equal part of the revenue for each listener of
 * the month. Revenue beyond the fees (advertising) is allocated like fees of listeners without credit. When refunds
 * leave less revenue than fees, all fees are reduced in proportion.
 */
const byUser = (
  { distributablePpm, idleFees }: Extract<SharingRules, { readonly model: 'userCentric' }>,
  figures: Figures,
  usage: Usage,
): Shared => {
  const { users, tracks } = usage;
  const { fees, rest, revenue, exchanges } = feesOf(
    figures,
    users.flatMap(({ listeners }) => listeners),
  );
  const placeOf = new Map(tracks.map(({ trackId }, place) => [trackId, place]));
  const sums = openMoneySums(tracks.length);

  let pool = distributable(rest, distributablePpm).pool;
  let idle = pool;
  const paid = new Set<string>();
  const placesOf = memoised((trackIds: readonly string[]) =>
    Uint32Array.from(trackIds, (trackId) => placeOf.get(trackId) ?? 0),
  );
  for (const range of users) {
    const places = placesOf(range.trackIds);
    for (const [u, listenerId] of range.listeners.entries()) {
      const fee = fees.get(listenerId);
      if (fee === undefined) continue;
      paid.add(listenerId);
      const part = distributable(fee, distributablePpm).pool;
      pool += part;
      const [from = 0, to = 0] = [range.starts[u], range.starts[u + 1]];
      if (from === to) idle += part;
      else allocateUser(part, range, from, to, places, sums);
    }
  }
  for (const [listenerId, fee] of fees) {
    if (paid.has(listenerId)) continue;
    const part = distributable(fee, distributablePpm).pool;
    pool += part;
    idle += part;
  }

  const amounts = sums.amounts();
  const shared = { currency: figures.currency, pool, platform: revenue - pool, amounts, exchanges };
  if (idleFees === 'suspense') return { ...shared, suspense: suspense('IDLE_FEES', idle) };
  const parts = allocateAmong(
    idle,
    idsOf(tracks),
    tracks.map(({ creditPpm }) => BigInt(creditPpm)),
  );
  for (const [place, part] of (parts ?? []).entries()) amounts[place] = (amounts[place] ?? 0n) + part;
  return { ...shared, suspense: parts ? [] : suspense('NO_USAGE', idle) };
};

/** Memoises `make` by identity: ranges of one part share one list of track ids. */
const memoised = <From extends object, To>(make: (from: From) => To): ((from: From) => To) => {
  const made = new Map<From, To>();
  return (from) => {
    const to = made.get(from) ?? make(from);
    made.set(from, to);
    return to;
  };
};

/**
 * Allocates one listener's part of the pool among the pairs [from, to). Each pair's credit is above 0.
 *
 * @param places index in `sums`, by number of the track
 */
const allocateUser = (
  part: bigint,
  { tracks, credits, trackIds }: NamedCredits,
  from: number,
  to: number,
  places: Uint32Array,
  sums: MoneySums,
): void => {
  const indices = Array.from(tracks.subarray(from, to));
  const weights = Array.from(credits.subarray(from, to));
  const ids = indices.map((index) => trackIds[index] ?? '');
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const placeOf = (i: number): number => places[indices[i] ?? 0] ?? 0;
  const small = isSmall(Number(part), sum) ? allocateSmall(Number(part), ids, weights) : undefined;
  if (small) return sums.addSmall(small, placeOf);
  const parts = allocateAmong(part, ids, weights.map(BigInt)) ?? [];
  for (const [i, amount] of parts.entries()) sums.add(placeOf(i), amount);
};

type Fees = {
  readonly fees: ReadonlyMap<string, bigint>;
  /** Revenue beyond the fees. */
  readonly rest: bigint;
  readonly revenue: bigint;
  readonly exchanges: readonly ConvertedAmount[];
};

const feesOf = (figures: Figures, listeners: readonly string[]): Fees => {
  const recorded = recordedFees(figures);
  const paid = sumOf(recorded.values());
  if (figures.revenue.size === 0)
    return { fees: recorded, rest: 0n, revenue: paid, exchanges: feeExchanges(figures) };

  const { revenue, exchanges } = converted(figures);
  if (recorded.size > 0 && revenue >= paid)
    return { fees: recorded, rest: revenue - paid, revenue, exchanges };
  const weights =
    recorded.size > 0 ? recorded : new Map(listeners.map((listener): [string, bigint] => [listener, 1n]));
  const { parts, unallocated } = allocate(revenue, weights);
  return { fees: unallocated === 0n ? parts : new Map(), rest: unallocated, revenue, exchanges };
};

/** Fees in the period's currency. Those in another currency are converted as one sum and allocated again (R7). */
const recordedFees = (figures: Figures): ReadonlyMap<string, bigint> => {
  const all = new Map<string, bigint>();
  for (const [currency, byListener] of figures.fees) {
    const fees =
      currency === figures.currency
        ? byListener
        : allocate(convert(figures, sumOf(byListener.values()), currency).converted, byListener).parts;
    for (const [listener, fee] of fees) all.set(listener, (all.get(listener) ?? 0n) + fee);
  }
  return new Map([...all].sort(([a], [b]) => compareBytes(a, b)));
};

const feeExchanges = (figures: Figures): readonly ConvertedAmount[] =>
  [...figures.fees]
    .filter(([currency]) => currency !== figures.currency)
    .map(([currency, byListener]) => convert(figures, sumOf(byListener.values()), currency));

const sumOf = (amounts: Iterable<bigint>): bigint => {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum;
};
