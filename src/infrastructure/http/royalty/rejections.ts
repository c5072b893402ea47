import type { AccountRejection } from '../../../domain/royalty/payees/payee-account.js';
import type { PeriodCloseRejection } from '../../../domain/royalty/periods/period-close.js';
import type { PeriodRejection } from '../../../domain/royalty/periods/period.js';
import type { RulesetRejection } from '../../../domain/royalty/rulesets/ruleset-registry.js';
import type { CommonRejection } from '../problems/common-rejections.js';
import type { ProblemKind } from '../problems/problems.js';

/** Refusals of the deciders. The compiler reports one that has no entry below. */
type OfDeciders = Exclude<
  (AccountRejection | PeriodCloseRejection | PeriodRejection | RulesetRejection)['rejected'],
  CommonRejection
>;

/** Refusals of command and query handlers, which also see other streams and the clock. */
type OfHandlers = 'RulesetNotFound' | 'RatesMissing' | 'ProjectionStopped' | 'TooManyReplays';

/** What the controllers answer when a query finds nothing. */
type OfQueries = 'PeriodNotFound' | 'AccountNotFound' | 'ReplayNotFound' | 'StatementNotFound';

/** The status and the texts of each code of this context. */
export const royaltyRejections = {
  BadRuleset: {
    status: 422,
    title: 'Bad ruleset',
    detail: 'A ruleset has all fields of its format and no others.',
  },
  RulesetNotFound: {
    status: 404,
    title: 'Ruleset not found',
    detail: 'No ruleset with this hash is published.',
  },
  PeriodIsClosed: {
    status: 409,
    title: 'Period is closed',
    detail: 'A closed period takes refunds and corrected exchange rates only. They call for a restatement.',
  },
  RateMissing: {
    status: 422,
    title: 'Exchange rate missing',
    detail: 'Money in a second currency needs the exchange rate into the first one of the period.',
  },
  RefundTooHigh: {
    status: 422,
    title: 'Refund too high',
    detail: 'No more can be given back than the period took in that currency.',
  },
  TooManyInputs: {
    status: 422,
    title: 'Too many inputs',
    detail: 'The period has as many reports as one period may have.',
  },
  BadAmount: {
    status: 422,
    title: 'Bad amount',
    detail: 'An amount is 0 or more and below 10^15; an advance is above 0.',
  },
  UnknownCurrency: {
    status: 422,
    title: 'Unknown currency',
    detail: 'A currency is one that ISO 4217 lists.',
  },
  DateOutsidePeriod: {
    status: 422,
    title: 'Date outside the period',
    detail: 'A day lies in the month of the period, and there are no more days than it has.',
  },
  BadSubscriberMonths: {
    status: 422,
    title: 'Bad subscriber-months',
    detail: 'A report has 1 to 100 lines, each with a weight of 0 to 10,000,000 ppm.',
  },
  BadListenerFees: {
    status: 422,
    title: 'Bad listener fees',
    detail: 'A report has 1 to 500 fees, one for each listener.',
  },
  BadExchangeRate: {
    status: 422,
    title: 'Bad exchange rate',
    detail: 'A rate is a fraction above 0, to 10^8, between two currencies.',
  },
  NoRevenue: {
    status: 409,
    title: 'No revenue',
    detail: 'No money is on record for the period. Record its revenue, be it 0, before it is settled.',
  },
  PeriodIsRunning: {
    status: 409,
    title: 'Period is running',
    detail: 'A period is settled when its month is over.',
  },
  TooEarlyToClose: {
    status: 409,
    title: 'Too early to close',
    detail: 'Plays of the period may still arrive. Give a reason to settle it before its day.',
  },
  AlreadyClosed: {
    status: 409,
    title: 'Already closed',
    detail: 'A closed period has its statement: it can be restated.',
  },
  PeriodNotClosed: {
    status: 409,
    title: 'Period not closed',
    detail: 'Only a closed period can be restated.',
  },
  SettledOtherwise: {
    status: 409,
    title: 'Settled otherwise',
    detail: 'The restatement was completed with another result, which stands.',
  },
  RatesMissing: {
    status: 409,
    title: 'Rates missing',
    detail: "The ruleset in force has no rates for the period's year.",
  },
  NothingToPay: {
    status: 409,
    title: 'Nothing to pay',
    detail: 'The balance is below the smallest amount that is paid out.',
  },
  TooManyPayouts: {
    status: 422,
    title: 'Too many payouts',
    detail: 'The account has as many payouts as one account may have.',
  },
  PayoutNotFound: { status: 404, title: 'Payout not found', detail: 'The account has no such payout.' },
  PayoutHasFailed: {
    status: 409,
    title: 'Payout has failed',
    detail: 'The payout has failed and its amount is in the balance again: propose a new one.',
  },
  AdvanceNotFound: {
    status: 404,
    title: 'Advance not found',
    detail: 'The account has no such advance.',
  },
  BalanceTooLow: {
    status: 409,
    title: 'Balance too low',
    detail: 'The balance has fallen below the payout since it was proposed: let it fail, and propose anew.',
  },
  SamePerson: {
    status: 409,
    title: 'Same person',
    detail: 'Another person than the one who proposed a payout releases it.',
  },
  ProjectionStopped: {
    status: 503,
    title: 'Projection stopped',
    detail: 'A read model that money rests on has stopped and needs an operator.',
  },
  TooManyReplays: {
    status: 503,
    title: 'Too many replays',
    detail: 'As many replays wait as may: try again when some are done.',
  },
  PeriodNotFound: {
    status: 404,
    title: 'Period not found',
    detail: 'Nothing was put into this period.',
  },
  AccountNotFound: { status: 404, title: 'Account not found', detail: 'There is no such account.' },
  ReplayNotFound: {
    status: 404,
    title: 'Replay not found',
    detail: 'There is no such replay in this process: start it anew.',
  },
  StatementNotFound: {
    status: 404,
    title: 'Statement not found',
    detail: 'There is no such statement, or not yet: a period has one once it is closed.',
  },
} as const satisfies Readonly<Record<OfDeciders | OfHandlers | OfQueries, ProblemKind>>;
