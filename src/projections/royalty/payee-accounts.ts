import type { JournalPosted } from '../../domain/royalty/statements/ledger-events.js';
import type {
  AccountEvent,
  AdvanceGranted,
  EarningsCredited,
} from '../../domain/royalty/payees/payee-account.js';
import { accountIdOf, accountOf, paymentIdOf } from '../../domain/royalty/payees/payee-journals.js';
import { accounts } from '../../domain/royalty/statements/statement.js';
import { addMicros, type Micros } from '../../domain/shared/money.js';
import type { ProjectedEvent, Projection } from '../projection.js';

export type PayoutLine = {
  readonly payoutId: string;
  readonly amount: Micros;
  readonly status: 'proposed' | 'released' | 'failed';
  readonly proposedBy: string;
  readonly proposedAt: number;
  readonly releasedBy?: string;
  readonly releasedAt?: number;
  readonly failedAt?: number;
  readonly failedBecause?: string;
};

/** Money in micro-units of `currency`. */
export type AccountPage = {
  readonly accountId: string;
  readonly payee: string;
  readonly currency: string;
  readonly minPayout: Micros;
  /** Below 0 while an advance is not recouped. Includes proposed payouts, excludes released ones. */
  readonly balance: Micros;
  /** Sum of payouts proposed and not yet released. */
  readonly setAside: Micros;
  /** The payee's balance in the ledger: `balance` plus journals on their way. */
  readonly ledger: Micros;
  /**
   * Journals booked in only one of ledger and account, with the excess of the ledger: those of a period until the
   * account is credited, which takes moments.
   */
  readonly onItsWay: Readonly<Record<string, Micros>>;
  readonly payouts: readonly PayoutLine[];
};

/**
 * One document for each payee and currency; by payee. Compares accounts with the ledger: a journal that differs stops
 * the projection, and so every payout and close.
 */
export const payeeAccounts: Projection<AccountEvent, AccountPage> = {
  name: 'payee-accounts',
  version: 3,
  kind: 'money',
  handles: [
    'TermsAgreed',
    'AdvanceGranted',
    'AdvanceReversed',
    'EarningsCredited',
    'PayoutProposed',
    'PayoutReleased',
    'PayoutFailed',
    'JournalPosted',
  ],
  fields: { payee: 'text', currency: 'text' },
  indexes: [['payee', 'currency']],
  keysOf: (event) => (event.type === 'JournalPosted' ? accountsOf(event.data) : [event.streamId]),
  apply: (document, event, accountId) => ({ put: after(document ?? empty(accountId), event) }),
};

const PAYEE = accounts.payee('');

const accountsOf = ({ lines, currency }: JournalPosted['data']): readonly string[] =>
  lines.flatMap(({ account }) =>
    account.startsWith(PAYEE) ? [accountIdOf({ payee: account.slice(PAYEE.length), currency })] : [],
  );

const empty = (accountId: string): AccountPage => ({
  accountId,
  ...accountOf(accountId),
  minPayout: '0',
  balance: '0',
  setAside: '0',
  ledger: '0',
  onItsWay: {},
  payouts: [],
});

const after = (page: AccountPage, event: ProjectedEvent<AccountEvent>): AccountPage => {
  switch (event.type) {
    case 'TermsAgreed':
      return { ...page, minPayout: event.data.minPayout };
    case 'AdvanceGranted':
      return moved(page, paymentIdOf(page, 'advance', event.data.advanceId), negated(event.data.amount));
    case 'AdvanceReversed':
      return moved(page, undoing(paymentIdOf(page, 'advance', event.data.advanceId)), event.data.amount);
    case 'EarningsCredited': {
      const { journalId, amount } = event.data;
      // The ledger comes first: a credit without a journal is an error.
      if (!Object.hasOwn(page.onItsWay, journalId))
        throw new RangeError(
          `${page.accountId} was credited for journal ${journalId}, which is not in the ledger.`,
        );
      return moved(page, journalId, amount);
    }
    case 'PayoutProposed': {
      const { payoutId, amount, by, at } = event.data;
      const payout: PayoutLine = { payoutId, amount, status: 'proposed', proposedBy: by, proposedAt: at };
      return { ...page, setAside: addMicros(page.setAside, amount), payouts: [...page.payouts, payout] };
    }
    case 'PayoutReleased': {
      const { payoutId, by, at } = event.data;
      const payout = payoutOf(page, payoutId);
      const released = replaced(page, { ...payout, status: 'released', releasedBy: by, releasedAt: at });
      const free = { ...released, setAside: addMicros(page.setAside, negated(payout.amount)) };
      return moved(free, paymentIdOf(page, 'payout', payoutId), negated(payout.amount));
    }
    case 'PayoutFailed': {
      const { payoutId, reason, at } = event.data;
      const payout = payoutOf(page, payoutId);
      const failed = replaced(page, { ...payout, status: 'failed', failedAt: at, failedBecause: reason });
      return payout.status === 'released'
        ? moved(failed, undoing(paymentIdOf(page, 'payout', payoutId)), payout.amount)
        : { ...failed, setAside: addMicros(page.setAside, negated(payout.amount)) };
    }
    case 'JournalPosted': {
      const { journalId, lines, reverses } = event.data;
      const line = lines.find(({ account }) => account === accounts.payee(page.payee));
      if (!line) return page;
      const posted = { ...page, ledger: addMicros(page.ledger, line.amount) };
      const key = reverses === null ? journalId : undoing(reverses);
      return { ...posted, onItsWay: matched(page, key, line.amount) };
    }
  }
};

/** Reversals are recognised by `reverses`, not by their id, which is free text. */
const undoing = (journalId: string): string => `undoing ${journalId}`;

/** Credits the account with the amount of a journal. */
const moved = (page: AccountPage, journalId: string, amount: Micros): AccountPage => ({
  ...page,
  balance: addMicros(page.balance, amount),
  onItsWay: matched(page, journalId, negated(amount)),
});

/** @throws {RangeError} if account and ledger differ about a journal, which stops payouts and closes */
const matched = (
  { accountId, onItsWay }: AccountPage,
  journalId: string,
  more: Micros,
): AccountPage['onItsWay'] => {
  const { [journalId]: other, ...rest } = onItsWay;
  if (other === undefined) return { ...rest, [journalId]: more };
  const parts = addMicros(other, more);
  if (parts !== '0')
    throw new RangeError(
      `${accountId} and the ledger part by ${parts} micro-units over journal ${journalId}.`,
    );
  return rest;
};

const negated = (amount: Micros): Micros => String(-BigInt(amount));

/** @throws {Error} for a payout that was never proposed, which stops payouts and closes */
const payoutOf = ({ accountId, payouts }: AccountPage, payoutId: string): PayoutLine => {
  const payout = payouts.find((candidate) => candidate.payoutId === payoutId);
  if (!payout) throw new Error(`${accountId} has no payout ${payoutId}.`);
  return payout;
};

const replaced = (page: AccountPage, payout: PayoutLine): AccountPage => ({
  ...page,
  payouts: page.payouts.map((existing) => (existing.payoutId === payout.payoutId ? payout : existing)),
});

/** A movement of a balance. `amount` is below 0 for a debit. */
export type AccountEntry = {
  readonly accountId: string;
  readonly kind: 'advance' | 'earnings' | 'payout' | 'reversal';
  /** Id of the advance or of the journal. */
  readonly id: string;
  readonly amount: Micros;
  readonly at: number;
};

/** One document for each advance and each journal on an account; by time. */
export const payeeAccountEntries: Projection<
  AdvanceGranted | EarningsCredited | JournalPosted,
  AccountEntry
> = {
  name: 'payee-account-entries',
  version: 3,
  kind: 'money',
  handles: ['AdvanceGranted', 'EarningsCredited', 'JournalPosted'],
  fields: { accountId: 'text', at: 'integer' },
  indexes: [['accountId', 'at']],
  keysOf: ({ streamId, type, data }) => {
    if (type === 'AdvanceGranted') return [`${streamId}|${type}|${data.advanceId}`];
    if (type === 'EarningsCredited') return [`${streamId}|${type}|${data.journalId}`];
    if (data.reason === 'REVERSAL') return [`${streamId}|${data.reason}|${data.reverses}`];
    return data.reason === 'PAYOUT' ? [`${streamId}|${type}|${data.journalId}`] : [];
  },
  apply: (_document, { streamId: accountId, type, data }) => {
    switch (type) {
      case 'AdvanceGranted':
        return {
          put: { accountId, kind: 'advance', id: data.advanceId, amount: negated(data.amount), at: data.at },
        };
      case 'EarningsCredited':
        return { put: { accountId, kind: 'earnings', id: data.journalId, amount: data.amount, at: data.at } };
      case 'JournalPosted': {
        const { journalId: id, reason, at, lines } = data;
        const line = lines.find(({ account }) => account.startsWith(PAYEE));
        const kind = reason === 'PAYOUT' ? 'payout' : 'reversal';
        return line ? { put: { accountId, kind, id, amount: line.amount, at: at ?? 0 } } : 'keep';
      }
    }
  },
};
