import type { Event } from '../../decider.js';
import type { Micros } from '../../shared/money.js';

// Everything that happens to a period, in its stream `period-<offering>.<territory>.<YYYY-MM>`. Stored for ever: reshape
// one only with an upcaster.

/** What finance reports once under a name of its own. */
type Report = { readonly reportId: string; readonly at: number };
/** `amount` at least 0. */
type MoneyReport = Report & { readonly amount: Micros; readonly currency: string };

export const REVENUE_KINDS = ['subscription', 'advertising', 'other'] as const;
export type RevenueKind = (typeof REVENUE_KINDS)[number];

/** `earnedOn`: the day of the month it belongs to, `YYYY-MM-DD`, where finance tells it. */
export type RevenueRecorded = Event<
  'RevenueRecorded',
  MoneyReport & { readonly kind: RevenueKind; readonly earnedOn?: string }
>;
/** Edge case 35: revenue given back. After the close it calls for a restatement. */
export type RefundRecorded = Event<'RefundRecorded', MoneyReport>;
/** Part of the total content cost: what the service pays to labels (R10). */
export type ContentCostRecorded = Event<'ContentCostRecorded', MoneyReport>;
/** R10, step 2. */
export type PerformanceRoyaltyRecorded = Event<'PerformanceRoyaltyRecorded', MoneyReport>;

/** `count` subscribers of a plan on `days` days of the month, each counting `weightPpm` of one (R10). */
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
/** What listeners paid (R8). A listener in several reports paid the sum. */
export type ListenerFeesRecorded = Event<
  'ListenerFeesRecorded',
  Report & { readonly fees: readonly ListenerFee[]; readonly currency: string }
>;

/** One unit of `from` is numerator / denominator of `to`. The latest one of a pair holds (edge case 53). */
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

/** The outcome of a settlement. Money in micro-units of `currency`; roots in hexadecimal (R19). */
export type SettlementSummary = {
  /** Position in the log, decimal: only events up to here went in. */
  readonly fence: string;
  readonly rulesetHash: string;
  readonly codeVersion: string;
  readonly currency: string;
  readonly pool: Micros;
  /** Plays. */
  readonly counted: number;
  /** Plays by the reason why they earn nothing. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Plays in open cases. */
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
  /** What payees are charged for artificial plays (R18), within what is payable, below 0; absent where that is nothing. */
  readonly penalties?: Micros;
  /** 37 CFR 385.21(d): the steps of a mechanical pool, by name. Other models have none. */
  readonly steps?: Readonly<Record<string, Micros>>;
  readonly at: number;
};

export type PeriodProvisional = Event<'PeriodProvisional', SettlementSummary>;
/** From here on the period takes no input but refunds and corrected rates. */
export type PeriodCloseBegun = Event<
  'PeriodCloseBegun',
  {
    readonly fence: string;
    readonly rulesetHash: string;
    /** Why it was closed before its day; absent when that had come. */
    readonly early?: string;
    readonly at: number;
  }
>;
export type PeriodClosed = Event<'PeriodClosed', SettlementSummary>;
/** Cases that are released one by one before the period has to be restated as a whole. */
export const RELEASED_MAX = 1_000;

/** R13. `number` counts from 1. */
export type RestatementBegun = Event<
  'RestatementBegun',
  {
    readonly number: number;
    readonly fence: string;
    readonly reason: string;
    /**
     * Cases that were released after the fence. Where this is given, the fence and the inputs are those of the
     * settlement before it: nothing changes but whose the money of these cases is (edge case 43).
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
