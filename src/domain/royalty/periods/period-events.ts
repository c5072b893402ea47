import type { Event } from '../../decider.js';
import type { Micros } from '../../shared/money.js';

// Events of the stream `period-<offering>.<territory>.<YYYY-MM>`. They are stored for ever: change a shape only with an
// upcaster.

/** A report of finance, recorded once under its id. */
type Report = { readonly reportId: string; readonly at: number };
/** `amount`: micro-units, 0 or more. */
type MoneyReport = Report & { readonly amount: Micros; readonly currency: string };

export const REVENUE_KINDS = ['subscription', 'advertising', 'other'] as const;
export type RevenueKind = (typeof REVENUE_KINDS)[number];

/** `earnedOn`: the day on which it was earned, `YYYY-MM-DD`, within the period's month; optional. */
export type RevenueRecorded = Event<
  'RevenueRecorded',
  MoneyReport & { readonly kind: RevenueKind; readonly earnedOn?: string }
>;
/** Edge case 35: revenue paid back. After the close it requires a restatement. */
export type RefundRecorded = Event<'RefundRecorded', MoneyReport>;
/** A part of the total content cost: payments of the service to labels (R10). */
export type ContentCostRecorded = Event<'ContentCostRecorded', MoneyReport>;
/** Royalties for public performance, deducted in R10, step 2. */
export type PerformanceRoyaltyRecorded = Event<'PerformanceRoyaltyRecorded', MoneyReport>;

/** `count` subscribers of a plan on `days` days of the month, each weighing `weightPpm` of one (R10). */
export type SubscriberLine = {
  readonly plan: string;
  readonly weightPpm: number;
  readonly days: number;
  readonly count: number;
};
export type SubscriberMonthsRecorded = Event<
  'SubscriberMonthsRecorded',
  Report & { readonly lines: readonly SubscriberLine[] }
>;

export type ListenerFee = { readonly listenerId: string; readonly amount: Micros };
/** Fees that listeners paid (R8). Fees of one listener in several reports add up. */
export type ListenerFeesRecorded = Event<
  'ListenerFeesRecorded',
  Report & { readonly fees: readonly ListenerFee[]; readonly currency: string }
>;

/** One unit of `from` is numerator / denominator units of `to`. The latest rate of a pair applies (edge case 53). */
export type ExchangeRateRecorded = Event<
  'ExchangeRateRecorded',
  {
    readonly from: string;
    readonly to: string;
    readonly numerator: number;
    readonly denominator: number;
    readonly at: number;
  }
>;

export type PeriodInput =
  | RevenueRecorded
  | RefundRecorded
  | ContentCostRecorded
  | PerformanceRoyaltyRecorded
  | SubscriberMonthsRecorded
  | ListenerFeesRecorded
  | ExchangeRateRecorded;

/** The result of a settlement. Money in micro-units of `currency`; Merkle roots in hexadecimal (R19). */
export type SettlementSummary = {
  /** Decimal position in the log: the settlement read no events after it. */
  readonly fence: string;
  readonly rulesetHash: string;
  readonly codeVersion: string;
  readonly currency: string;
  readonly pool: Micros;
  /** Number of counted plays. */
  readonly counted: number;
  /** Rejected plays by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Number of plays held by open cases. */
  readonly held: number;
  readonly tracks: number;
  readonly inputRoot: string;
  readonly countedRoot: string;
  readonly rejectedRoot: string;
  readonly linesRoot: string;
  readonly payable: Micros;
  readonly disputed: Micros;
  readonly unmatched: Micros;
  readonly heldAmount: Micros;
  readonly suspense: Micros;
  readonly platform: Micros;
  /** Charges to payees for artificial plays (R18), below 0 and included in `payable`; absent when 0. */
  readonly penalties?: Micros;
  /** 37 CFR 385.21(d): the steps of a mechanical pool, by name; absent for other models. */
  readonly steps?: Readonly<Record<string, Micros>>;
  readonly at: number;
};

export type PeriodProvisional = Event<'PeriodProvisional', SettlementSummary>;
/** From now on the period accepts only refunds and corrected exchange rates. */
export type PeriodCloseBegun = Event<
  'PeriodCloseBegun',
  {
    readonly fence: string;
    readonly rulesetHash: string;
    /** Reason to close before the due day; absent when it was due. */
    readonly early?: string;
    readonly at: number;
  }
>;
export type PeriodClosed = Event<'PeriodClosed', SettlementSummary>;
/** Maximum number of cases released one by one before the whole period must be restated. */
export const RELEASED_MAX = 1_000;

/** R13: a restatement was begun. `number` counts from 1. */
export type RestatementBegun = Event<
  'RestatementBegun',
  {
    readonly number: number;
    readonly fence: string;
    readonly reason: string;
    /**
     * Cases released after the fence. When present, fence and inputs are those of the previous settlement, and only the
     * held money of these cases moves (edge case 43).
     */
    readonly released?: readonly string[];
    readonly at: number;
  }
>;
export type PeriodRestated = Event<'PeriodRestated', SettlementSummary & { readonly number: number }>;

export type PeriodLife =
  | PeriodProvisional
  | PeriodCloseBegun
  | PeriodClosed
  | RestatementBegun
  | PeriodRestated;

export type PeriodEvent = PeriodInput | PeriodLife;
