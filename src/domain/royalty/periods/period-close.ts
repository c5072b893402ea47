import { type Command, type Decider, type Rejection, reject } from '../../decider.js';
import { type Month, monthEnd } from '../../shared/calendar.js';
import { canonicalJson } from '../../shared/exact/canonical-json.js';
import type { PeriodEvent, SettlementSummary } from './period-events.js';
import { DAY_MS } from '../../shared/civil-date.js';

/** When a period may be settled, and when the settlement is requested. */
export type Due = {
  readonly month: Month;
  /** Days after the month's end, from the ruleset (B.5). */
  readonly afterDays: number;
  /** Reason to settle before that day. The month must be over even then. */
  readonly early?: string | undefined;
  readonly at: number;
};

export type BeginClose = Command<
  'BeginClose',
  Due & { readonly fence: string; readonly rulesetHash: string }
>;
/** `summary.at` is when the close was begun, so that a repeated settlement gives the same event. */
export type CompleteClose = Command<'CompleteClose', { readonly summary: SettlementSummary }>;
export type MakeProvisional = Command<'MakeProvisional', Due & { readonly summary: SettlementSummary }>;
export type BeginRestatement = Command<
  'BeginRestatement',
  { readonly fence: string; readonly reason: string; readonly at: number }
>;
/** Edge case 43: pays the held money of a released case to its payees and changes nothing else of the settlement. */
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

/** The fence and ruleset of a settlement that was begun. */
export type Begun = { readonly fence: string; readonly at: number };

export type PeriodCloseState = {
  readonly status: 'open' | 'closing' | 'closed' | 'restating';
  /** Money was recorded, so the period's currency is known. */
  readonly hasMoney: boolean;
  readonly close: (Begun & { readonly rulesetHash: string }) | null;
  /** The last restatement that was begun; number 0 when there is none. */
  readonly restatement: (Begun & { readonly reason: string }) | null;
  /** Cases released since the fence of the last settlement. */
  readonly released: readonly string[];
  readonly number: number;
  /** Of the close or of the last complete restatement; null before. */
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
const ALREADY_CLOSED = reject('AlreadyClosed', 'The period is closed.');
const SETTLED_OTHERWISE = reject(
  'SettledOtherwise',
  'The restatement was recorded before with another result.',
);

/** Older restatements are not compared: only the last one is current. */
const isSame = (state: PeriodCloseState, number: number, summary: SettlementSummary): boolean =>
  number < state.number ||
  (state.summary !== null && canonicalJson(state.summary) === canonicalJson(summary));

/** Why an open period cannot be settled yet; undefined when it can. */
export const notDue = (
  { month, afterDays, early, at }: Due,
  { hasMoney }: PeriodCloseState,
): PeriodCloseRejection | undefined => {
  if (!hasMoney)
    return reject(
      'NoRevenue',
      'The period has no recorded money. Record its revenue first, even if it is 0.',
    );
  const over = monthEnd(month);
  if (at < over) return reject('PeriodIsRunning', `${month} is not over.`);
  if (early === undefined && at < over + afterDays * DAY_MS)
    return reject('TooEarlyToClose', `The settlement is due ${afterDays} days after the end of ${month}.`);
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

/**
 * Closing and restating a period: open, closing up to a fence, closed, restating. `period.ts` decides on its inputs.
 */
export const periodClose: Decider<PeriodCloseCommand, PeriodEvent, PeriodCloseState, PeriodCloseRejection> = {
  category: 'period',
  initial,
  decide,
  evolve,
};
