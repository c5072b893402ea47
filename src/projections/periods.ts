import type {
  ListenerFeesRecorded,
  PeriodEvent,
  PeriodInput,
  SettlementSummary,
} from '../domain/royalty/period-events.js';
import { period, type PeriodState } from '../domain/royalty/period.js';
import { type Period, periodOf } from '../domain/royalty/period-id.js';
import { addMicros, type Micros } from '../domain/shared/money.js';
import type { ProjectedEvent, Projection } from './projection.js';

/** Micro-units by currency. */
export type Money = Readonly<Record<string, Micros>>;

export type PeriodTotals = {
  readonly revenue: Money;
  readonly refunds: Money;
  readonly contentCost: Money;
  readonly performanceRoyalties: Money;
  readonly listenerFees: Money;
};

/** What was put into a period in all, and how far its settlement is. */
export type PeriodPage = Period & {
  readonly periodId: string;
  readonly status: PeriodState['status'];
  /** Of the first money that was recorded; null while there is none. */
  readonly currency: string | null;
  readonly totals: PeriodTotals;
  readonly inputs: number;
  /** 1 when an input came after the fence: a refund, or a corrected exchange rate. */
  readonly restatementDue: 0 | 1;
  /** The last settlement that is whole, provisional or not; null before the first. */
  readonly settlement: SettlementSummary | null;
  readonly restatements: number;
};

export const INPUT_TYPES = [
  'RevenueRecorded',
  'RefundRecorded',
  'ContentCostRecorded',
  'PerformanceRoyaltyRecorded',
  'SubscriberMonthsRecorded',
  'ListenerFeesRecorded',
  'ExchangeRateRecorded',
] as const;

/** One document for each period that anything was put into; by month, by state. */
export const periods: Projection<PeriodEvent, PeriodPage> = {
  name: 'periods',
  version: 1,
  kind: 'money',
  handles: [
    ...INPUT_TYPES,
    'PeriodProvisional',
    'PeriodCloseBegun',
    'PeriodClosed',
    'RestatementBegun',
    'PeriodRestated',
  ],
  fields: { offering: 'text', territory: 'text', month: 'text', status: 'text', restatementDue: 'integer' },
  indexes: [
    ['month', 'offering', 'territory'],
    ['status', 'month'],
    ['restatementDue', 'month'],
  ],
  keysOf: ({ streamId }) => [streamId],
  apply: (document, event, periodId) => ({ put: after(document ?? empty(periodId), event) }),
};

const empty = (periodId: string): PeriodPage => {
  const key = periodOf(periodId);
  if (!key) throw new Error(`${periodId} is no period.`);
  const totals = { revenue: {}, refunds: {}, contentCost: {}, performanceRoyalties: {}, listenerFees: {} };
  return {
    periodId,
    ...key,
    status: 'open',
    currency: null,
    totals,
    inputs: 0,
    restatementDue: 0,
    settlement: null,
    restatements: 0,
  };
};

const after = (page: PeriodPage, event: ProjectedEvent<PeriodEvent>): PeriodPage => {
  const { status } = period.evolve({ ...period.initial, status: page.status }, event);
  switch (event.type) {
    case 'PeriodCloseBegun':
      return { ...page, status };
    case 'RestatementBegun':
      // A release takes in nothing new.
      return { ...page, status, restatementDue: event.data.released ? page.restatementDue : 0 };
    case 'PeriodProvisional':
    case 'PeriodClosed':
      return { ...page, status, settlement: event.data };
    case 'PeriodRestated': {
      const { number, ...settlement } = event.data;
      return { ...page, status, settlement, restatements: number };
    }
    case 'RevenueRecorded':
    case 'RefundRecorded':
    case 'ContentCostRecorded':
    case 'PerformanceRoyaltyRecorded':
    case 'SubscriberMonthsRecorded':
    case 'ListenerFeesRecorded':
    case 'ExchangeRateRecorded':
      return {
        ...page,
        status,
        currency: page.currency ?? ('currency' in event.data ? event.data.currency : null),
        totals: totalsWith(page.totals, event),
        inputs: page.inputs + 1,
        restatementDue: status === 'open' || status === 'provisional' ? 0 : 1,
      };
  }
};

const totalsWith = (totals: PeriodTotals, input: PeriodInput): PeriodTotals => {
  switch (input.type) {
    case 'RevenueRecorded':
      return { ...totals, revenue: plus(totals.revenue, input.data) };
    case 'RefundRecorded':
      return { ...totals, refunds: plus(totals.refunds, input.data) };
    case 'ContentCostRecorded':
      return { ...totals, contentCost: plus(totals.contentCost, input.data) };
    case 'PerformanceRoyaltyRecorded':
      return { ...totals, performanceRoyalties: plus(totals.performanceRoyalties, input.data) };
    case 'ListenerFeesRecorded':
      return { ...totals, listenerFees: plus(totals.listenerFees, sumOfFees(input)) };
    case 'SubscriberMonthsRecorded':
    case 'ExchangeRateRecorded':
      return totals;
  }
};

type Amount = { readonly amount: Micros; readonly currency: string };

const plus = (money: Money, { amount, currency }: Amount): Money => ({
  ...money,
  [currency]: addMicros(money[currency] ?? '0', amount),
});

const sumOfFees = ({ data: { fees, currency } }: ListenerFeesRecorded): Amount => ({
  amount: fees.map(({ amount }) => amount).reduce(addMicros, '0'),
  currency,
});

/** One thing that was put into a period, as it was said. */
export type PeriodInputPage = {
  readonly periodId: string;
  readonly type: PeriodInput['type'];
  readonly figures: object;
  readonly recordedAt: number;
};

/** One document for each report, and for each pair of an exchange rate: the latest word; by time. */
export const periodInputs: Projection<PeriodInput, PeriodInputPage> = {
  name: 'period-inputs',
  version: 1,
  kind: 'money',
  handles: INPUT_TYPES,
  fields: { periodId: 'text', type: 'text', recordedAt: 'integer' },
  indexes: [
    ['periodId', 'recordedAt'],
    ['periodId', 'type', 'recordedAt'],
  ],
  keysOf: ({ streamId, data }) => [
    `${streamId}|${'reportId' in data ? data.reportId : `${data.from}/${data.to}`}`,
  ],
  apply: (_document, { streamId, type, data: { at, ...figures } }) => ({
    put: { periodId: streamId, type, figures, recordedAt: at },
  }),
};
