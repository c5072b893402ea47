import type { AccountRejection } from '../../../domain/royalty/payees/payee-account.js';
import type { PeriodCloseRejection } from '../../../domain/royalty/periods/period-close.js';
import type { PeriodRejection } from '../../../domain/royalty/periods/period.js';
import type { RulesetRejection } from '../../../domain/royalty/rulesets/ruleset-registry.js';
import type { CommonRejection } from '../problems/common-rejections.js';
import type { ProblemKind } from '../problems/problems.js';

/** Rejections of the deciders. The compiler reports one that has no entry below. */
type OfDeciders = Exclude<
  (AccountRejection | PeriodCloseRejection | PeriodRejection | RulesetRejection)['rejected'],
  CommonRejection
>;

/** Rejections of command and query handlers, which also see other streams and the clock. */
type OfHandlers = 'RulesetNotFound' | 'RatesMissing' | 'ProjectionStopped' | 'TooManyReplays';

/** Problems of controllers when a query finds nothing. */
type OfQueries = 'PeriodNotFound' | 'AccountNotFound' | 'ReplayNotFound' | 'StatementNotFound';

/** The status and the texts of each code of this context. */
export const royaltyRejections = {
  BadRuleset: {
    status: 422,
    title: 'Bad ruleset',
    detail: 'A ruleset must have all fields of its format and no others.',
  },
  RulesetNotFound: {
    status: 404,
    title: 'Ruleset not found',
    detail:
      'No published ruleset has this hash, or none is active for the period. Publish and activate a ruleset first.',
  },
  PeriodIsClosed: {
    status: 409,
    title: 'Period is closed',
    detail: 'A closed period accepts only refunds and corrected exchange rates, which lead to a restatement.',
  },
  RateMissing: {
    status: 422,
    title: 'Exchange rate missing',
    detail:
      'The report is in a second currency. Record its exchange rate into the currency of the period first.',
  },
  RefundTooHigh: {
    status: 422,
    title: 'Refund too high',
    detail: 'A refund must not exceed the revenue of the period in that currency.',
  },
  TooManyInputs: {
    status: 422,
    title: 'Too many inputs',
    detail: 'The period has reached the maximum number of reports.',
  },
  BadAmount: {
    status: 422,
    title: 'Bad amount',
    detail:
      "An amount must be 0 or more and below 10^15 of the currency's major unit; an advance must be above 0.",
  },
  UnknownCurrency: {
    status: 422,
    title: 'Unknown currency',
    detail: 'A currency must be a code of ISO 4217.',
  },
  DateOutsidePeriod: {
    status: 422,
    title: 'Date outside the period',
    detail:
      'A date must be in the month of the period, and a number of days must not exceed the days of the month.',
  },
  BadSubscriberMonths: {
    status: 422,
    title: 'Bad subscriber-months',
    detail: 'A report must have 1 to 100 lines, each with a weight of 0 to 10,000,000 ppm.',
  },
  BadListenerFees: {
    status: 422,
    title: 'Bad listener fees',
    detail: 'A report must have 1 to 500 fees, one for each listener.',
  },
  BadExchangeRate: {
    status: 422,
    title: 'Bad exchange rate',
    detail: 'A rate must be a fraction above 0 and at most 10^8, between two different currencies.',
  },
  NoRevenue: {
    status: 409,
    title: 'No revenue',
    detail: 'The period has no recorded money. Record its revenue, even if it is 0, and settle again.',
  },
  PeriodIsRunning: {
    status: 409,
    title: 'Period is running',
    detail: 'The month of the period is not over. Settle the period after its end.',
  },
  TooEarlyToClose: {
    status: 409,
    title: 'Too early to close',
    detail: 'Plays of the period may still arrive. Wait for the due day, or give a reason in `early`.',
  },
  AlreadyClosed: {
    status: 409,
    title: 'Already closed',
    detail: 'The period is closed and has its statement. Restate it to settle it again.',
  },
  PeriodNotClosed: {
    status: 409,
    title: 'Period not closed',
    detail: 'Only a closed period can be restated. Close the period first.',
  },
  SettledOtherwise: {
    status: 409,
    title: 'Settled otherwise',
    detail: 'The restatement was completed with another result, which stays valid.',
  },
  RatesMissing: {
    status: 409,
    title: 'Rates missing',
    detail: "The active ruleset has no rates for the period's year. Activate a ruleset with those rates.",
  },
  NothingToPay: {
    status: 409,
    title: 'Nothing to pay',
    detail: 'The available balance is below the smallest payout. Wait for more earnings.',
  },
  TooManyPayouts: {
    status: 422,
    title: 'Too many payouts',
    detail: 'The account has reached the maximum number of payouts.',
  },
  PayoutNotFound: {
    status: 404,
    title: 'Payout not found',
    detail: 'The account has no payout with this id.',
  },
  PayoutHasFailed: {
    status: 409,
    title: 'Payout has failed',
    detail: 'The payout has failed and its amount is back in the balance. Propose a new payout.',
  },
  AdvanceNotFound: {
    status: 404,
    title: 'Advance not found',
    detail: 'The account has no advance with this id.',
  },
  BalanceTooLow: {
    status: 409,
    title: 'Balance too low',
    detail:
      'The balance has fallen below the payout since its proposal. Mark the payout as failed and propose a new one.',
  },
  SamePerson: {
    status: 409,
    title: 'Same person',
    detail: 'The person who proposed a payout cannot release it. Ask another person.',
  },
  ProjectionStopped: {
    status: 503,
    title: 'Projection stopped',
    detail: 'A projection that settlements depend on has stopped. Ask an operator to rebuild it.',
  },
  TooManyReplays: {
    status: 503,
    title: 'Too many replays',
    detail: 'The queue of replays is full. Try again when some are done.',
  },
  PeriodNotFound: {
    status: 404,
    title: 'Period not found',
    detail: 'Nothing is recorded for this period.',
  },
  AccountNotFound: { status: 404, title: 'Account not found', detail: 'The payee has no account.' },
  ReplayNotFound: {
    status: 404,
    title: 'Replay not found',
    detail: 'This process has no replay with this id. Start a new replay.',
  },
  StatementNotFound: {
    status: 404,
    title: 'Statement not found',
    detail: 'The statement does not exist, or does not exist yet: a period gets its statement at its close.',
  },
} as const satisfies Readonly<Record<OfDeciders | OfHandlers | OfQueries, ProblemKind>>;
