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

/** Maximum number of fees in one report. */
export const FEES_MAX = 500;
/** Maximum number of lines in one report of subscriber-months. */
export const SUBSCRIBER_LINES_MAX = 100;
/** Well above 1.75, the highest weight in 37 CFR 385. */
export const SUBSCRIBER_WEIGHT_PPM_MAX = 10 * PPM;
export const SUBSCRIBERS_MAX = 1_000_000_000;
/** Maximum units of one currency for one unit of another. */
const RATE_MAX = 100_000_000;

/** Why an input is invalid by itself, independent of the period's state; undefined when it is valid. */
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
  (isReportable(amount)
    ? undefined
    : reject('BadAmount', "An amount must be 0 or more and below 10^15 of the currency's major unit."));

const currencyProblem = (currency: string): FigureRejection | undefined =>
  isCurrency(currency) ? undefined : reject('UnknownCurrency', 'The currency is not in ISO 4217.');

const earnedProblem = (earnedOn: string | undefined, month: Month): FigureRejection | undefined =>
  earnedOn === undefined || (parseDate(earnedOn) && earnedOn.startsWith(`${month}-`))
    ? undefined
    : reject('DateOutsidePeriod', `earnedOn must be a day of ${month}.`);

const subscribersProblem = (lines: readonly SubscriberLine[], month: Month): FigureRejection | undefined => {
  if (lines.length === 0 || lines.length > SUBSCRIBER_LINES_MAX)
    return reject('BadSubscriberMonths', `A report must have 1 to ${SUBSCRIBER_LINES_MAX} lines.`);
  const days = (monthEnd(month) - monthStart(month)) / DAY_MS;
  for (const line of lines) {
    if (!isWithin(line.days, 1, days))
      return reject('DateOutsidePeriod', `The days of a line must be 1 to ${days} in ${month}.`);
    if (!isWithin(line.weightPpm, 0, SUBSCRIBER_WEIGHT_PPM_MAX) || !isWithin(line.count, 0, SUBSCRIBERS_MAX))
      return reject(
        'BadSubscriberMonths',
        `A weight must be 0 to ${SUBSCRIBER_WEIGHT_PPM_MAX} ppm, and a count 0 to ${SUBSCRIBERS_MAX}.`,
      );
  }
  return undefined;
};

const feesProblem = (fees: readonly ListenerFee[]): FigureRejection | undefined => {
  if (fees.length === 0 || fees.length > FEES_MAX)
    return reject('BadListenerFees', `A report must have 1 to ${FEES_MAX} fees.`);
  if (new Set(fees.map(({ listenerId }) => listenerId)).size < fees.length)
    return reject('BadListenerFees', 'A report must name each listener only once.');
  return fees.every(({ amount }) => isReportable(amount))
    ? undefined
    : reject('BadAmount', "A fee must be 0 or more and below 10^15 of the currency's major unit.");
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
    : reject(
        'BadExchangeRate',
        'A rate must be a fraction above 0 and up to 10^8 between two different currencies.',
      );
};

const isWithin = (value: number, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && value >= least && value <= most;
