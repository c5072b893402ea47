import { type Command, type Decider, type Rejection, reject } from '../../decider.js';
import { type Month, monthEnd } from '../../shared/calendar.js';
import { canonicalJson } from '../../shared/exact/canonical-json.js';
import type { PeriodEvent, SettlementSummary } from './period-events.js';
import { DAY_MS } from '../../shared/civil-date.js';

/** When something may be settled, and when it is asked for. */
export type Due = {
  readonly month: Month;
  /** Days after the month's end, of the ruleset (B.5). */
  readonly afterDays: number;
  /** Why before its day; the month must be over all the same. */
  readonly early?: string | undefined;
  readonly at: number;
};

export type BeginClose = Command<
  'BeginClose',
  Due & { readonly fence: string; readonly rulesetHash: string }
>;
/** `summary.at` is the instant at which the close was begun, so that a repeat says the same. */
export type CompleteClose = Command<'CompleteClose', { readonly summary: SettlementSummary }>;
export type MakeProvisional = Command<'MakeProvisional', Due & { readonly summary: SettlementSummary }>;
export type BeginRestatement = Command<
  'BeginRestatement',
  { readonly fence: string; readonly reason: string; readonly at: number }
>;
/** Edge case 43: the money of a released case goes to those whose it is; everything else stays as it was settled. */
export type BeginRelease = Command<'BeginRelease', { readonly caseId: string; readonly at: number }>;
export type CompleteRestatement = Command<
  'CompleteRestatement',
  { readonly number: number; readonly summary: SettlementSummary }
>;

export type PeriodCloseCommand =
  | BeginClose
  | CompleteClose
  | MakeProvisional
  | BeginRestatement
  | BeginRelease
  | CompleteRestatement;

export type PeriodCloseRejection = Rejection<
  | 'NoRevenue'
  | 'PeriodIsRunning'
  | 'TooEarlyToClose'
  | 'AlreadyClosed'
  | 'PeriodNotClosed'
  | 'SettledOtherwise'
>;

/** What a settlement that was begun is bound to. */
export type Begun = { readonly fence: string; readonly at: number };

export type PeriodCloseState = {
  readonly status: 'open' | 'closing' | 'closed' | 'restating';
  /** Money is on record: its currency is known. */
  readonly hasMoney: boolean;
  readonly close: (Begun & { readonly rulesetHash: string }) | null;
  /** The last restatement that was begun; its number is 0 when there is none. */
  readonly restatement: (Begun & { readonly reason: string }) | null;
  /** Cases that were released since the fence of the last settlement was set. */
  readonly released: readonly string[];
  readonly number: number;
  /** Of the close or of the last restatement that is whole. */
  readonly summary: SettlementSummary | null;
};

const initial: PeriodCloseState = {
  status: 'open',
  hasMoney: false,
  close: null,
  restatement: null,
  released: [],
  number: 0,
  summary: null,
};

type Outcome = readonly PeriodEvent[] | PeriodCloseRejection;

const decide = (command: PeriodCloseCommand, state: PeriodCloseState): Outcome => {
  switch (command.type) {
    case 'BeginClose': {
      if (state.status !== 'open') return [];
      const { fence, rulesetHash, early, at } = command.data;
      const data = { fence, rulesetHash, ...(early === undefined ? {} : { early }), at };
      return notDue(command.data, state) ?? [{ type: 'PeriodCloseBegun', data }];
    }
    case 'CompleteClose': {
      const { summary } = command.data;
      if (state.status === 'open') return NOT_CLOSED;
      if (state.status === 'closing') return [{ type: 'PeriodClosed', data: summary }];
      return [];
    }
    case 'MakeProvisional':
      if (state.status !== 'open') return ALREADY_CLOSED;
      return notDue(command.data, state) ?? [{ type: 'PeriodProvisional', data: command.data.summary }];
    case 'BeginRestatement': {
      if (state.status === 'restating') return [];
      if (state.status !== 'closed') return NOT_CLOSED;
      return [{ type: 'RestatementBegun', data: { number: state.number + 1, ...command.data } }];
    }
    case 'BeginRelease': {
      if (state.status === 'restating') return [];
      if (state.status !== 'closed' || !state.close) return NOT_CLOSED;
      const { caseId, at } = command.data;
      if (state.released.includes(caseId)) return [];
      const { fence } = state.restatement ?? state.close;
      const released = [...state.released, caseId];
      const data = { number: state.number + 1, fence, reason: 'CASE_RELEASED', released, at };
      return [{ type: 'RestatementBegun', data }];
    }
    case 'CompleteRestatement': {
      const { number, summary } = command.data;
      if (number < state.number || (number === state.number && state.status === 'closed'))
        return isSame(state, number, summary) ? [] : SETTLED_OTHERWISE;
      if (state.status !== 'restating' || number !== state.number) return NOT_CLOSED;
      return [{ type: 'PeriodRestated', data: { number, ...summary } }];
    }
  }
};

const NOT_CLOSED = reject('PeriodNotClosed', 'The period has not been closed.');
const ALREADY_CLOSED = reject('AlreadyClosed', 'The period is closed: it is settled for good.');
const SETTLED_OTHERWISE = reject('SettledOtherwise', 'The restatement came to another result before.');

/** An older restatement is not compared: what stands is the last one. */
const isSame = (state: PeriodCloseState, number: number, summary: SettlementSummary): boolean =>
  number < state.number ||
  (state.summary !== null && canonicalJson(state.summary) === canonicalJson(summary));

/** Why an open period cannot be settled for now; undefined when it can. */
export const notDue = (
  { month, afterDays, early, at }: Due,
  { hasMoney }: PeriodCloseState,
): PeriodCloseRejection | undefined => {
  if (!hasMoney)
    return reject('NoRevenue', 'No money is on record. Record the revenue of the period first, be it 0.');
  const over = monthEnd(month);
  if (at < over) return reject('PeriodIsRunning', `${month} is not over.`);
  if (early === undefined && at < over + afterDays * DAY_MS)
    return reject('TooEarlyToClose', `It is due ${afterDays} days after the end of ${month}.`);
  return undefined;
};

const evolve = (state: PeriodCloseState, event: PeriodEvent): PeriodCloseState => {
  switch (event.type) {
    case 'PeriodProvisional':
      return state;
    case 'PeriodCloseBegun':
      return { ...state, status: 'closing', close: event.data };
    case 'PeriodClosed':
      return { ...state, status: 'closed', summary: event.data };
    case 'RestatementBegun': {
      const { number, released = [] } = event.data;
      return { ...state, status: 'restating', number, restatement: event.data, released };
    }
    case 'PeriodRestated': {
      const { number: _number, ...summary } = event.data;
      return { ...state, status: 'closed', summary };
    }
    case 'RevenueRecorded':
    case 'RefundRecorded':
    case 'ContentCostRecorded':
    case 'PerformanceRoyaltyRecorded':
    case 'ListenerFeesRecorded':
    case 'SubscriberMonthsRecorded':
    case 'ExchangeRateRecorded':
      return state.hasMoney || !('currency' in event.data) ? state : { ...state, hasMoney: true };
  }
};

/** The end of a period: open, closing behind a fence, closed, restated. What goes into it is decided in `period.ts`. */
export const periodClose: Decider<PeriodCloseCommand, PeriodEvent, PeriodCloseState, PeriodCloseRejection> = {
  category: 'period',
  initial,
  decide,
  evolve,
};
