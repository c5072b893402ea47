import { convertPool } from '../rules/pool.js';
import type { PeriodInput, SubscriberLine } from '../periods/period-events.js';
import { rational, type Rational } from '../../shared/exact/integers.js';

/** Micro-units by currency, in order of first record. */
export type Sums = ReadonlyMap<string, bigint>;

/** The inputs of finance for a period, added up. Money in micro-units. */
export type Figures = {
  /** Of the first recorded money; the currency of the statements. */
  readonly currency: string;
  /** Minus refunds. */
  readonly revenue: Sums;
  readonly contentCost: Sums;
  readonly performanceRoyalties: Sums;
  readonly subscribers: readonly SubscriberLine[];
  /** By currency, then by listener. */
  readonly fees: ReadonlyMap<string, ReadonlyMap<string, bigint>>;
  /** Rates to `currency`, by source currency. */
  readonly rates: ReadonlyMap<string, Rational>;
};

/**
 * Adds up the accepted inputs of a period.
 *
 * @returns undefined while no money is recorded, because the currency is not known
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

/** An amount in a foreign currency, converted once (R7). Fractions of a micro-unit stay in `fx:residue`. */
export type ConvertedAmount = {
  readonly currency: string;
  readonly amount: bigint;
  readonly converted: bigint;
};

/**
 * Converts micro-units to the period's currency.
 *
 * @throws {RangeError} if there is no rate; a period accepts no money without one
 */
export const convert = ({ currency, rates }: Figures, amount: bigint, from: string): ConvertedAmount => {
  const rate = rates.get(from);
  if (!rate) throw new RangeError(`There is no exchange rate from ${from} to ${currency}.`);
  return { currency: from, amount, converted: convertPool(amount, rate).converted };
};

/** The total of several currencies in the period's currency, each converted once. */
export const inCurrency = (figures: Figures, sums: Sums): bigint => {
  let total = 0n;
  for (const [currency, amount] of sums)
    total += currency === figures.currency ? amount : convert(figures, amount, currency).converted;
  return total;
};

const add = (sums: Map<string, bigint>, key: string, amount: bigint): void => {
  sums.set(key, (sums.get(key) ?? 0n) + amount);
};
