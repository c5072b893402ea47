import type { PlayFacts, PlayReported, PlayStopped } from '../../domain/playback/events.js';
import type {
  ListenerFeesRecorded,
  PeriodEvent,
  PeriodInput,
  SettlementSummary,
} from '../../domain/royalty/periods/period-events.js';
import { period, type PeriodState } from '../../domain/royalty/periods/period.js';
import { type Period, periodIdOf, periodOf } from '../../domain/royalty/periods/period-id.js';
import { monthOf } from '../../domain/shared/calendar.js';
import { addMicros, type Micros } from '../../domain/shared/money.js';
import type { ProjectedEvent, Projection } from '../projection.js';

/** Micro-units by currency. */
export type Money = Readonly<Record<string, Micros>>;

export type PeriodTotals = {
  readonly revenue: Money;
  readonly refunds: Money;
  readonly contentCost: Money;
  readonly performanceRoyalties: Money;
  readonly listenerFees: Money;
};

/** The last settlement that was begun. */
export type BegunSettlement = {
  /** Decimal position: later events are not in the statement. */
  readonly fence: string;
  readonly rulesetHash: string;
  /** Cases whose release was booked after it. */
  readonly released: readonly string[];
};

/** Inputs and plays of the period after the fence: time of the first of each kind, epoch milliseconds. */
export type Unseen = Readonly<Partial<Record<'LATE_USAGE' | 'REFUND' | 'RATE_CORRECTED', number>>>;

/** Totals of a period's inputs, and the state of its settlement. */
export type PeriodPage = Period & {
  readonly periodId: string;
  readonly status: PeriodState['status'];
  /** Of the first recorded money; null while there is none. */
  readonly currency: string | null;
  readonly totals: PeriodTotals;
  readonly inputs: number;
  /** Null before the first close is begun. */
  readonly settled: BegunSettlement | null;
  readonly unseen: Unseen;
  /** The last play recorded after the period's first input; null before. */
  readonly lastPlay: { readonly position: string; readonly at: number } | null;
  /** The last complete settlement, provisional or final; null before the first. */
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

/** One document for each period with inputs other than plays; by month, by status. */
export const periods: Projection<PeriodEvent | PlayStopped | PlayReported, PeriodPage> = {
  name: 'periods',
  version: 3,
  kind: 'money',
  handles: [
    ...INPUT_TYPES,
    'PeriodProvisional',
    'PeriodCloseBegun',
    'PeriodClosed',
    'RestatementBegun',
    'PeriodRestated',
    'PlayStopped',
    'PlayReported',
  ],
  fields: { offering: 'text', territory: 'text', month: 'text', status: 'text' },
  indexes: [
    ['month', 'offering', 'territory'],
    ['status', 'month'],
  ],
  keysOf: (event) => [isOfPlay(event) ? periodOfPlay(event.data) : event.streamId],
  apply: (document, event, periodId) => {
    if (!isOfPlay(event)) return { put: after(document ?? empty(periodId), event) };
    return document ? { put: withPlay(document, event) } : 'keep';
  },
};

const isOfPlay = (
  event: ProjectedEvent<PeriodEvent | PlayStopped | PlayReported>,
): event is ProjectedEvent<PlayStopped | PlayReported> =>
  event.type === 'PlayStopped' || event.type === 'PlayReported';

const periodOfPlay = ({ offering, territory, startedAt }: PlayFacts): string =>
  periodIdOf({ offering, territory, month: monthOf(startedAt) });

const withPlay = (
  page: PeriodPage,
  { position, data }: ProjectedEvent<PlayStopped | PlayReported>,
): PeriodPage => {
  const { settled, unseen } = page;
  return {
    ...page,
    lastPlay: { position: position.toString(), at: data.receivedAt },
    unseen: settled ? { LATE_USAGE: data.receivedAt, ...unseen } : unseen,
  };
};

/** Sets a new fence. A play may have been recorded between the fence and this event. */
const settledAt = (page: PeriodPage, fence: string, rulesetHash: string): PeriodPage => {
  const { lastPlay } = page;
  return {
    ...page,
    settled: { fence, rulesetHash, released: [] },
    unseen: lastPlay && BigInt(lastPlay.position) > BigInt(fence) ? { LATE_USAGE: lastPlay.at } : {},
  };
};

const empty = (periodId: string): PeriodPage => {
  const key = periodOf(periodId);
  if (!key) throw new Error(`${periodId} is not a period id.`);
  const totals = { revenue: {}, refunds: {}, contentCost: {}, performanceRoyalties: {}, listenerFees: {} };
  return {
    periodId,
    ...key,
    status: 'open',
    currency: null,
    totals,
    inputs: 0,
    settled: null,
    unseen: {},
    lastPlay: null,
    settlement: null,
    restatements: 0,
  };
};

const after = (page: PeriodPage, event: ProjectedEvent<PeriodEvent>): PeriodPage => {
  const { status } = period.evolve({ ...period.initial, status: page.status }, event);
  switch (event.type) {
    case 'PeriodCloseBegun':
      return { ...settledAt(page, event.data.fence, event.data.rulesetHash), status };
    case 'RestatementBegun': {
      const { fence, released } = event.data;
      const { settled } = page;
      if (!settled) throw new Error(`${page.periodId} is restated but was not closed.`);
      // A release reads no new inputs.
      const now = released
        ? { ...page, settled: { ...settled, released } }
        : settledAt(page, fence, settled.rulesetHash);
      return { ...now, status };
    }
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
        unseen: page.settled ? { [reasonOf(event)]: event.data.at, ...page.unseen } : page.unseen,
      };
  }
};

/** Once its close is begun, a period accepts only refunds and corrected rates. */
const reasonOf = ({ type }: PeriodInput): keyof Unseen =>
  type === 'ExchangeRateRecorded' ? 'RATE_CORRECTED' : 'REFUND';

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

/** One input of a period, as recorded. */
export type PeriodInputPage = {
  readonly periodId: string;
  readonly type: PeriodInput['type'];
  readonly figures: object;
  readonly recordedAt: number;
};

/** One document for each report, and the latest rate for each currency pair; by time. */
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
