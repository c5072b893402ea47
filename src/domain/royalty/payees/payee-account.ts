import { type Command, type Decider, type Event, type Rejection, reject } from '../../decider.js';
import { type Chain, latest } from '../../shared/exact/chain.js';
import { minorDigitsOf } from '../../shared/currency.js';
import { isMicros, isReportable, type Micros } from '../../shared/money.js';
import { closeAccountPeriod } from './account.js';
import type { JournalPosted } from '../statements/ledger-events.js';
import { type AccountKey, paymentJournal, reversalJournal } from './payee-journals.js';

// The account of a payee in one currency (R12): one signed balance. A payout needs two people: one proposes it, another
// releases it. Events that move money between bank and payee are appended together with their journal, so that a crash
// cannot separate them. Earnings are credited from the journals of periods.

export type TermsAgreed = Event<'TermsAgreed', { minPayout: Micros; at: number }>;
/** An opening debit that earnings recoup. */
export type AdvanceGranted = Event<'AdvanceGranted', { advanceId: string; amount: Micros; at: number }>;
/** The advance was a mistake or was paid back: its debit is reversed. */
export type AdvanceReversed = Event<
  'AdvanceReversed',
  { advanceId: string; amount: Micros; reason: string; at: number }
>;
/** `amount` is below 0 when a restatement or correction reduces earnings. */
export type EarningsCredited = Event<'EarningsCredited', { journalId: string; amount: Micros; at: number }>;
/** `by`: subject of the access token. The amount is reserved. */
export type PayoutProposed = Event<
  'PayoutProposed',
  { payoutId: string; amount: Micros; by: string; at: number }
>;
/** `by`: another person than the proposer. The amount leaves the account. */
export type PayoutReleased = Event<'PayoutReleased', { payoutId: string; by: string; at: number }>;
/** Fails a proposed or released payout; its amount returns to the balance. */
export type PayoutFailed = Event<'PayoutFailed', { payoutId: string; reason: string; at: number }>;

export type AccountEvent =
  | TermsAgreed
  | AdvanceGranted
  | AdvanceReversed
  | EarningsCredited
  | PayoutProposed
  | PayoutReleased
  | PayoutFailed
  | JournalPosted;

export type AgreeTerms = Command<'AgreeTerms', TermsAgreed['data']>;
export type GrantAdvance = Command<'GrantAdvance', AdvanceGranted['data'] & AccountKey>;
export type ReverseAdvance = Command<
  'ReverseAdvance',
  { advanceId: string; reason: string; at: number } & AccountKey
>;
export type CreditEarnings = Command<'CreditEarnings', EarningsCredited['data']>;
/** R12 determines the amount. */
export type ProposePayout = Command<
  'ProposePayout',
  { payoutId: string; currency: string; by: string; at: number }
>;
export type ReleasePayout = Command<'ReleasePayout', PayoutReleased['data'] & AccountKey>;
export type FailPayout = Command<'FailPayout', PayoutFailed['data'] & AccountKey>;

export type AccountCommand =
  | AgreeTerms
  | GrantAdvance
  | ReverseAdvance
  | CreditEarnings
  | ProposePayout
  | ReleasePayout
  | FailPayout;

export type AccountRejection = Rejection<
  | 'BadAmount'
  | 'UnknownCurrency'
  | 'ReportedOtherwise'
  | 'AdvanceNotFound'
  | 'NothingToPay'
  | 'PayoutNotFound'
  | 'PayoutHasFailed'
  | 'SamePerson'
  | 'BalanceTooLow'
  | 'TooManyPayouts'
>;

export type Payout = {
  readonly payoutId: string;
  readonly amount: bigint;
  readonly status: 'proposed' | 'released' | 'failed';
  readonly proposedBy: string;
};

/** A credit or debit, booked once by kind and id. A reversal has the id of its advance. */
type Booked = {
  readonly kind: 'advance' | 'reversal' | 'journal';
  readonly id: string;
  readonly amount: Micros;
};

/** Micro-units. */
export type AccountState = {
  readonly minPayout: bigint;
  /** Below 0 while an advance is not recouped. Includes proposed payouts, excludes released ones. */
  readonly balance: bigint;
  /** Sum of payouts proposed and not yet released. */
  readonly setAside: bigint;
  readonly booked: Chain<Booked>;
  readonly payouts: ReadonlyMap<string, Payout>;
};

/** Maximum number of payouts of an account: one a week for 38 years. */
export const PAYOUTS_MAX = 2_000;

type Outcome = readonly AccountEvent[] | AccountRejection;

const initial: AccountState = {
  minPayout: 0n,
  balance: 0n,
  setAside: 0n,
  booked: null,
  payouts: new Map(),
};

const decide = (command: AccountCommand, state: AccountState): Outcome => {
  switch (command.type) {
    case 'AgreeTerms':
      return agree(command, state);
    case 'GrantAdvance':
      return grant(command, state);
    case 'ReverseAdvance':
      return reverse(command, state);
    case 'CreditEarnings':
      return isMicros(command.data.amount)
        ? once('journal', command.data.journalId, command.data.amount, state, () => [
            { type: 'EarningsCredited', data: command.data },
          ])
        : reject('BadAmount', 'Earnings must be whole micro-units.');
    case 'ProposePayout':
      return propose(command, state);
    case 'ReleasePayout':
      return release(command, state);
    case 'FailPayout':
      return fail(command, state);
  }
};

const agree = ({ data }: AgreeTerms, { minPayout }: AccountState): Outcome => {
  if (!isReportable(data.minPayout))
    return reject(
      'BadAmount',
      "A minimum payout must be 0 or more and below 10^15 of the currency's major unit.",
    );
  return BigInt(data.minPayout) === minPayout ? [] : [{ type: 'TermsAgreed', data }];
};

/** Idempotent by kind and id: gives no events when booked before with the same amount. */
const once = (
  kind: Booked['kind'],
  id: string,
  amount: Micros,
  { booked }: AccountState,
  events: () => readonly AccountEvent[],
): Outcome => {
  const before = latest(booked, (booking) => booking.kind === kind && booking.id === id);
  if (before && before.amount !== amount)
    return reject('ReportedOtherwise', `The ${kind} ${id} was booked before with another amount.`);
  return before ? [] : events();
};

const grant = ({ data: { payee, currency, ...data } }: GrantAdvance, state: AccountState): Outcome => {
  const { advanceId: id, amount, at } = data;
  if (!isReportable(amount) || amount === '0')
    return reject('BadAmount', "An advance must be above 0 and below 10^15 of the currency's major unit.");
  return once('advance', id, amount, state, () => [
    { type: 'AdvanceGranted', data },
    paymentJournal({ payee, currency }, { kind: 'advance', id, amount: BigInt(amount) }, at),
  ]);
};

const reverse = ({ data: { payee, currency, ...data } }: ReverseAdvance, state: AccountState): Outcome => {
  const { advanceId: id, at } = data;
  const advance = latest(state.booked, (booking) => booking.kind === 'advance' && booking.id === id);
  if (!advance) return reject('AdvanceNotFound', 'The advance was not found in the account.');
  const { amount } = advance;
  return once('reversal', id, amount, state, () => [
    { type: 'AdvanceReversed', data: { ...data, amount } },
    reversalJournal({ payee, currency }, { kind: 'advance', id, amount: BigInt(amount) }, at),
  ]);
};

const propose = ({ data }: ProposePayout, state: AccountState): Outcome => {
  const { currency, ...proposal } = data;
  const minorDigits = minorDigitsOf(currency);
  if (minorDigits === undefined) return reject('UnknownCurrency', 'The currency is not in ISO 4217.');
  if (state.payouts.has(data.payoutId)) return [];
  if (state.payouts.size >= PAYOUTS_MAX)
    return reject('TooManyPayouts', `An account can have at most ${PAYOUTS_MAX} payouts.`);
  const { paid } = closeAccountPeriod(
    { minPayout: state.minPayout, minorDigits },
    state.balance - state.setAside,
    0n,
  );
  return paid === 0n
    ? reject('NothingToPay', 'The available balance is below the minimum payout.')
    : [{ type: 'PayoutProposed', data: { ...proposal, amount: String(paid) } }];
};

const release = ({ data: { payee, currency, ...data } }: ReleasePayout, state: AccountState): Outcome => {
  const payout = state.payouts.get(data.payoutId);
  if (!payout) return NO_PAYOUT;
  if (payout.proposedBy === data.by)
    return reject(
      'SamePerson',
      'A payout must be released by a different person than the one who proposed it.',
    );
  if (payout.status === 'failed')
    return reject('PayoutHasFailed', 'The payout has failed. Propose a new one.');
  if (payout.status === 'released') return [];
  // A restatement may have reduced the balance since the proposal.
  if (state.balance < payout.amount)
    return reject(
      'BalanceTooLow',
      'The balance has fallen below the payout. Mark the payout as failed and propose a new one.',
    );
  return [{ type: 'PayoutReleased', data }, paymentJournal({ payee, currency }, paymentOf(payout), data.at)];
};

const fail = ({ data: { payee, currency, ...data } }: FailPayout, { payouts }: AccountState): Outcome => {
  const payout = payouts.get(data.payoutId);
  if (!payout) return NO_PAYOUT;
  if (payout.status === 'failed') return [];
  const failed: PayoutFailed = { type: 'PayoutFailed', data };
  return payout.status === 'released'
    ? [failed, reversalJournal({ payee, currency }, paymentOf(payout), data.at)]
    : [failed];
};

const paymentOf = ({ payoutId, amount }: Payout) => ({ kind: 'payout', id: payoutId, amount }) as const;

const NO_PAYOUT = reject('PayoutNotFound', 'The payout was not found in the account.');

const evolve = (state: AccountState, event: AccountEvent): AccountState => {
  switch (event.type) {
    case 'TermsAgreed':
      return { ...state, minPayout: BigInt(event.data.minPayout) };
    case 'AdvanceGranted': {
      const { advanceId: id, amount } = event.data;
      return withBooking(state, { kind: 'advance', id, amount }, -BigInt(amount));
    }
    case 'AdvanceReversed': {
      const { advanceId: id, amount } = event.data;
      return withBooking(state, { kind: 'reversal', id, amount }, BigInt(amount));
    }
    case 'EarningsCredited': {
      const { journalId: id, amount } = event.data;
      return withBooking(state, { kind: 'journal', id, amount }, BigInt(amount));
    }
    case 'PayoutProposed': {
      const { payoutId, by, amount } = event.data;
      const payout: Payout = { payoutId, amount: BigInt(amount), status: 'proposed', proposedBy: by };
      return withPayout({ ...state, setAside: state.setAside + payout.amount }, payout);
    }
    case 'PayoutReleased':
      return changed(state, event.data.payoutId, (payout) => ({
        ...state,
        balance: state.balance - payout.amount,
        setAside: state.setAside - payout.amount,
        payouts: withStatus(state.payouts, payout, 'released'),
      }));
    case 'PayoutFailed':
      return changed(state, event.data.payoutId, (payout) => ({
        ...state,
        ...(payout.status === 'released'
          ? { balance: state.balance + payout.amount }
          : { setAside: state.setAside - payout.amount }),
        payouts: withStatus(state.payouts, payout, 'failed'),
      }));
    case 'JournalPosted':
      return state;
  }
};

const withBooking = (state: AccountState, booked: Booked, change: bigint): AccountState => ({
  ...state,
  balance: state.balance + change,
  booked: { head: booked, tail: state.booked },
});

const withPayout = (state: AccountState, payout: Payout): AccountState => ({
  ...state,
  payouts: new Map(state.payouts).set(payout.payoutId, payout),
});

const withStatus = (
  payouts: AccountState['payouts'],
  payout: Payout,
  status: Payout['status'],
): AccountState['payouts'] => new Map(payouts).set(payout.payoutId, { ...payout, status });

/** Ignores events of unknown payouts. */
const changed = (
  state: AccountState,
  payoutId: string,
  change: (payout: Payout) => AccountState,
): AccountState => {
  const payout = state.payouts.get(payoutId);
  return payout ? change(payout) : state;
};

export const payeeAccount: Decider<AccountCommand, AccountEvent, AccountState, AccountRejection> = {
  category: 'account',
  initial,
  decide,
  evolve,
};
