import { convertPool } from '../rules/pool.js';
import type { PeriodInput, SubscriberLine } from '../periods/period-events.js';
import { rational, type Rational } from '../../shared/exact/integers.js';

/** Money by currency, micro-units, in the order in which currencies were first named. */
export type Sums = ReadonlyMap<string, bigint>;

/** What finance recorded of a period, added up. */
export type Figures = {
  /** Of the first money that was recorded: statements are in it. */
  readonly currency: string;
  /** Less refunds. */
  readonly revenue: Sums;
  readonly contentCost: Sums;
  readonly performanceRoyalties: Sums;
  readonly subscribers: readonly SubscriberLine[];
  /** By currency, then by listener. */
  readonly fees: ReadonlyMap<string, ReadonlyMap<string, bigint>>;
  /** To `currency`, by the currency it comes from. */
  readonly rates: ReadonlyMap<string, Rational>;
};

/**
 * The inputs of a period as its deciders let them in.
 *
 * @returns undefined while no money is on record: nobody knows in which currency to settle
 */
export const figuresOf = (inputs: readonly PeriodInput[]): Figures | undefined => {
  const revenue = new Map<string, bigint>();
  const contentCost = new Map<string, bigint>();
  const performanceRoyalties = new Map<string, bigint>();
  const fees = new Map<string, Map<string, bigint>>();
  const pairs = new Map<string, Map<string, Rational>>();
  const subscribers: SubscriberLine[] = [];
  let currency: string | undefined;

  for (const { type, data } of inputs) {
    if ('currency' in data) currency ??= data.currency;
    switch (type) {
      case 'RevenueRecorded':
        add(revenue, data.currency, BigInt(data.amount));
        break;
      case 'RefundRecorded':
        add(revenue, data.currency, -BigInt(data.amount));
        break;
      case 'ContentCostRecorded':
        add(contentCost, data.currency, BigInt(data.amount));
        break;
      case 'PerformanceRoyaltyRecorded':
        add(performanceRoyalties, data.currency, BigInt(data.amount));
        break;
      case 'SubscriberMonthsRecorded':
        subscribers.push(...data.lines);
        break;
      case 'ListenerFeesRecorded': {
        const byListener = fees.get(data.currency) ?? new Map<string, bigint>();
        for (const { listenerId, amount } of data.fees) add(byListener, listenerId, BigInt(amount));
        fees.set(data.currency, byListener);
        break;
      }
      case 'ExchangeRateRecorded': {
        const ofTarget = pairs.get(data.to) ?? new Map<string, Rational>();
        ofTarget.set(data.from, rational(BigInt(data.numerator), BigInt(data.denominator)));
        pairs.set(data.to, ofTarget);
        break;
      }
    }
  }
  if (currency === undefined) return undefined;
  const rates = pairs.get(currency) ?? new Map<string, Rational>();
  return { currency, revenue, contentCost, performanceRoyalties, subscribers, fees, rates };
};

/** An amount that changed its currency, once as a whole (R7). What a micro-unit cannot hold stays in `fx:residue`. */
export type ConvertedAmount = {
  readonly currency: string;
  readonly amount: bigint;
  readonly converted: bigint;
};

/** @throws {RangeError} without a rate: a period takes no money that it has no rate for */
export const convert = ({ currency, rates }: Figures, amount: bigint, from: string): ConvertedAmount => {
  const rate = rates.get(from);
  if (!rate) throw new RangeError(`There is no rate from ${from} to ${currency}.`);
  return { currency: from, amount, converted: convertPool(amount, rate).converted };
};

/** Sums of several currencies in the period's, each converted once. */
export const inCurrency = (figures: Figures, sums: Sums): bigint => {
  let total = 0n;
  for (const [currency, amount] of sums)
    total += currency === figures.currency ? amount : convert(figures, amount, currency).converted;
  return total;
};

const add = (sums: Map<string, bigint>, key: string, amount: bigint): void => {
  sums.set(key, (sums.get(key) ?? 0n) + amount);
};
