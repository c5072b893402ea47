import { type Rejection, reject } from '../../decider.js';
import { type Month, monthEnd, monthStart } from '../../shared/calendar.js';
import { DAY_MS, parseDate } from '../../shared/civil-date.js';
import { isCurrency } from '../../shared/currency.js';
import { PPM, productAtLeast } from '../../shared/exact/integers.js';
import { isReportable } from '../../shared/money.js';
import type { ListenerFee, PeriodInput, SubscriberLine } from './period-events.js';

export type FigureRejection = Rejection<
  | 'BadAmount'
  | 'UnknownCurrency'
  | 'DateOutsidePeriod'
  | 'BadSubscriberMonths'
  | 'BadListenerFees'
  | 'BadExchangeRate'
>;

/** Fees in one report. */
export const FEES_MAX = 500;
/** Plans in one report of subscriber-months. */
export const SUBSCRIBER_LINES_MAX = 100;
/** 1.75 of 37 CFR 385 is the heaviest that is known. */
export const SUBSCRIBER_WEIGHT_PPM_MAX = 10 * PPM;
export const SUBSCRIBERS_MAX = 1_000_000_000;
/** Units of one currency for a unit of another. */
const RATE_MAX = 100_000_000;

/** What is wrong with an input, whatever else the period holds. */
export const figuresProblem = (input: PeriodInput, month: Month): FigureRejection | undefined => {
  switch (input.type) {
    case 'RevenueRecorded':
      return moneyProblem(input.data) ?? earnedProblem(input.data.earnedOn, month);
    case 'RefundRecorded':
    case 'ContentCostRecorded':
    case 'PerformanceRoyaltyRecorded':
      return moneyProblem(input.data);
    case 'SubscriberMonthsRecorded':
      return subscribersProblem(input.data.lines, month);
    case 'ListenerFeesRecorded':
      return currencyProblem(input.data.currency) ?? feesProblem(input.data.fees);
    case 'ExchangeRateRecorded':
      return rateProblem(input.data);
  }
};

const moneyProblem = ({ amount, currency }: { readonly amount: string; readonly currency: string }) =>
  currencyProblem(currency) ??
  (isReportable(amount) ? undefined : reject('BadAmount', 'An amount is 0 or more, and below 10^15.'));

const currencyProblem = (currency: string): FigureRejection | undefined =>
  isCurrency(currency) ? undefined : reject('UnknownCurrency', 'ISO 4217 lists no such currency.');

const earnedProblem = (earnedOn: string | undefined, month: Month): FigureRejection | undefined =>
  earnedOn === undefined || (parseDate(earnedOn) && earnedOn.startsWith(`${month}-`))
    ? undefined
    : reject('DateOutsidePeriod', `Revenue of this period is earned on a day of ${month}.`);

const subscribersProblem = (lines: readonly SubscriberLine[], month: Month): FigureRejection | undefined => {
  if (lines.length === 0 || lines.length > SUBSCRIBER_LINES_MAX)
    return reject('BadSubscriberMonths', `A report has 1 to ${SUBSCRIBER_LINES_MAX} lines.`);
  const days = (monthEnd(month) - monthStart(month)) / DAY_MS;
  for (const line of lines) {
    if (!isWithin(line.days, 1, days))
      return reject('DateOutsidePeriod', `Subscribers subscribe on 1 to ${days} days of ${month}.`);
    if (!isWithin(line.weightPpm, 0, SUBSCRIBER_WEIGHT_PPM_MAX) || !isWithin(line.count, 0, SUBSCRIBERS_MAX))
      return reject(
        'BadSubscriberMonths',
        `A subscriber counts 0 to ${SUBSCRIBER_WEIGHT_PPM_MAX} ppm, and there are 0 to ${SUBSCRIBERS_MAX}.`,
      );
  }
  return undefined;
};

const feesProblem = (fees: readonly ListenerFee[]): FigureRejection | undefined => {
  if (fees.length === 0 || fees.length > FEES_MAX)
    return reject('BadListenerFees', `A report has 1 to ${FEES_MAX} fees.`);
  if (new Set(fees.map(({ listenerId }) => listenerId)).size < fees.length)
    return reject('BadListenerFees', 'A report names a listener once.');
  return fees.every(({ amount }) => isReportable(amount))
    ? undefined
    : reject('BadAmount', 'A fee is 0 or more, and below 10^15.');
};

const rateProblem = (rate: {
  readonly from: string;
  readonly to: string;
  readonly numerator: number;
  readonly denominator: number;
}): FigureRejection | undefined => {
  const unknown = currencyProblem(rate.from) ?? currencyProblem(rate.to);
  if (unknown) return unknown;
  const { from, to, numerator, denominator } = rate;
  return from !== to &&
    isWithin(numerator, 1, Number.MAX_SAFE_INTEGER) &&
    isWithin(denominator, 1, Number.MAX_SAFE_INTEGER) &&
    productAtLeast(denominator, RATE_MAX, numerator, 1)
    ? undefined
    : reject('BadExchangeRate', 'A rate is a fraction above 0, to 10^8, between two currencies.');
};

const isWithin = (value: number, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && value >= least && value <= most;
