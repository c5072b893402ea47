import { type Command, type Decider, type Rejection, reject } from '../../decider.js';
import type { Month } from '../../shared/calendar.js';
import { canonicalJson, type Json } from '../../shared/exact/canonical-json.js';
import { type Chain, latest } from '../../shared/exact/chain.js';
import { type FigureRejection, figuresProblem } from './period-figures.js';
import type { PeriodEvent, PeriodInput } from './period-events.js';

/** Records an input of finance. `corrects`: an exchange rate that replaces the previous one. */
export type RecordInput = Command<
  'RecordInput',
  { readonly month: Month; readonly input: PeriodInput; readonly corrects?: boolean }
>;

export type PeriodRejection =
  | FigureRejection
  | Rejection<'ReportedOtherwise' | 'PeriodIsClosed' | 'RateMissing' | 'RefundTooHigh' | 'TooManyInputs'>;

export type PeriodState = {
  /** `closing` and `restating` last until the settlement is recorded. */
  readonly status: 'open' | 'provisional' | 'closing' | 'closed' | 'restating';
  /** Of the first recorded money; null while there is none. */
  readonly currency: string | null;
  readonly inputs: Chain<PeriodInput>;
  readonly inputCount: number;
  /** Revenue less refunds, micro-units by currency. */
  readonly netRevenue: ReadonlyMap<string, bigint>;
};

/** Allows a million listeners, at 500 fees per report. */
export const INPUTS_MAX = 2_500;

const initial: PeriodState = {
  status: 'open',
  currency: null,
  inputs: null,
  inputCount: 0,
  netRevenue: new Map(),
};

const decide = ({ data }: RecordInput, state: PeriodState): readonly PeriodInput[] | PeriodRejection => {
  const { month, input, corrects = false } = data;
  const bad = figuresProblem(input, month);
  if (bad) return bad;

  const correction = corrects && input.type === 'ExchangeRateRecorded';
  const before = latest(state.inputs, (earlier) => nameOf(earlier) === nameOf(input));
  if (before && figuresOf(before) === figuresOf(input)) return [];
  if (before && !correction)
    return reject('ReportedOtherwise', `${nameOf(input)} was recorded before with other figures.`);
  // After the close, only inputs that lead to a restatement (R13).
  if (!isOpen(state) && input.type !== 'RefundRecorded' && !(before && correction))
    return reject('PeriodIsClosed', 'A closed period accepts only refunds and corrected exchange rates.');
  if (state.inputCount >= INPUTS_MAX)
    return reject('TooManyInputs', `A period accepts at most ${INPUTS_MAX} inputs.`);

  return currencyProblem(input, state) ?? refundProblem(input, state) ?? [input];
};

const isOpen = ({ status }: PeriodState): boolean => status === 'open' || status === 'provisional';

/** The key under which an input is recorded once: its report id, or the currency pair of a rate. */
const nameOf = ({ data }: PeriodInput): string =>
  'reportId' in data ? data.reportId : `${data.from}/${data.to}`;

const figuresOf = ({ type, data: { at: _at, ...figures } }: PeriodInput): string =>
  canonicalJson({ type, figures: figures as Json });

/** R7 converts each foreign pool, so money in another currency needs an exchange rate first. */
const currencyProblem = ({ data }: PeriodInput, state: PeriodState): PeriodRejection | undefined => {
  if (!('currency' in data) || state.currency === null || data.currency === state.currency) return undefined;
  const rate = latest(
    state.inputs,
    ({ type, data: rate }) =>
      type === 'ExchangeRateRecorded' && rate.from === data.currency && rate.to === state.currency,
  );
  return rate
    ? undefined
    : reject(
        'RateMissing',
        `The period's currency is ${state.currency}. Record an exchange rate from ${data.currency} to ${state.currency} first.`,
      );
};

/** Refunds may not exceed revenue, so that no pool is below 0. */
const refundProblem = (input: PeriodInput, state: PeriodState): PeriodRejection | undefined => {
  if (input.type !== 'RefundRecorded') return undefined;
  const { amount, currency } = input.data;
  return BigInt(amount) > (state.netRevenue.get(currency) ?? 0n)
    ? reject('RefundTooHigh', `Refunds in ${currency} would exceed the revenue of the period.`)
    : undefined;
};

const evolve = (state: PeriodState, event: PeriodEvent): PeriodState => {
  switch (event.type) {
    case 'PeriodProvisional':
      return { ...state, status: 'provisional' };
    case 'PeriodCloseBegun':
      return { ...state, status: 'closing' };
    case 'PeriodClosed':
    case 'PeriodRestated':
      return { ...state, status: 'closed' };
    case 'RestatementBegun':
      return { ...state, status: 'restating' };
    case 'RevenueRecorded':
    case 'RefundRecorded':
    case 'ContentCostRecorded':
    case 'PerformanceRoyaltyRecorded':
    case 'SubscriberMonthsRecorded':
    case 'ListenerFeesRecorded':
    case 'ExchangeRateRecorded':
      return {
        ...state,
        currency: state.currency ?? ('currency' in event.data ? event.data.currency : null),
        inputs: { head: event, tail: state.inputs },
        inputCount: state.inputCount + 1,
        netRevenue: netRevenueWith(state.netRevenue, event),
      };
  }
};

const netRevenueWith = (
  net: ReadonlyMap<string, bigint>,
  input: PeriodInput,
): ReadonlyMap<string, bigint> => {
  if (input.type !== 'RevenueRecorded' && input.type !== 'RefundRecorded') return net;
  const { amount, currency } = input.data;
  const change = input.type === 'RefundRecorded' ? -BigInt(amount) : BigInt(amount);
  return new Map(net).set(currency, (net.get(currency) ?? 0n) + change);
};

/** The inputs of a period. `periodClose` decides on closing and restating, in the same stream. */
export const period: Decider<RecordInput, PeriodEvent, PeriodState, PeriodRejection> = {
  category: 'period',
  initial,
  decide,
  evolve,
};
