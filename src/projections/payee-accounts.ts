import {
  type AccountEvent,
  accountOf,
  type AdvanceGranted,
  type EarningsCredited,
} from '../domain/royalty/payee-account.js';
import { addMicros, type Micros } from '../domain/shared/money.js';
import type { ProjectedEvent, Projection } from './projection.js';

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
  /** Below 0 while an advance is not recouped. Without what is released, with what is only proposed. */
  readonly balance: Micros;
  /** Proposed, not yet released. */
  readonly setAside: Micros;
  readonly payouts: readonly PayoutLine[];
};

/** One document for each payee and currency; by payee. */
export const payeeAccounts: Projection<AccountEvent, AccountPage> = {
  name: 'payee-accounts',
  version: 1,
  kind: 'money',
  handles: [
    'TermsAgreed',
    'AdvanceGranted',
    'EarningsCredited',
    'PayoutProposed',
    'PayoutReleased',
    'PayoutFailed',
  ],
  fields: { payee: 'text', currency: 'text' },
  indexes: [['payee', 'currency']],
  keysOf: ({ streamId }) => [streamId],
  apply: (document, event, accountId) => ({ put: after(document ?? empty(accountId), event) }),
};

const empty = (accountId: string): AccountPage => ({
  accountId,
  ...accountOf(accountId),
  minPayout: '0',
  balance: '0',
  setAside: '0',
  payouts: [],
});

const after = (page: AccountPage, event: ProjectedEvent<AccountEvent>): AccountPage => {
  switch (event.type) {
    case 'TermsAgreed':
      return { ...page, minPayout: event.data.minPayout };
    case 'AdvanceGranted':
      return { ...page, balance: addMicros(page.balance, negated(event.data.amount)) };
    case 'EarningsCredited':
      return { ...page, balance: addMicros(page.balance, event.data.amount) };
    case 'PayoutProposed': {
      const { payoutId, amount, by, at } = event.data;
      const payout: PayoutLine = { payoutId, amount, status: 'proposed', proposedBy: by, proposedAt: at };
      return { ...page, setAside: addMicros(page.setAside, amount), payouts: [...page.payouts, payout] };
    }
    case 'PayoutReleased': {
      const { by, at } = event.data;
      const payout = payoutOf(page, event.data.payoutId);
      return {
        ...replaced(page, { ...payout, status: 'released', releasedBy: by, releasedAt: at }),
        balance: addMicros(page.balance, negated(payout.amount)),
        setAside: addMicros(page.setAside, negated(payout.amount)),
      };
    }
    case 'PayoutFailed': {
      const { reason, at } = event.data;
      const payout = payoutOf(page, event.data.payoutId);
      return {
        ...replaced(page, { ...payout, status: 'failed', failedAt: at, failedBecause: reason }),
        ...(payout.status === 'released'
          ? { balance: addMicros(page.balance, payout.amount) }
          : { setAside: addMicros(page.setAside, negated(payout.amount)) }),
      };
    }
  }
};

const negated = (amount: Micros): Micros => String(-BigInt(amount));

/** Money stops at an event that has no place: here a payout that nobody proposed. */
const payoutOf = ({ accountId, payouts }: AccountPage, payoutId: string): PayoutLine => {
  const payout = payouts.find((one) => one.payoutId === payoutId);
  if (!payout) throw new Error(`${accountId} has no payout ${payoutId}.`);
  return payout;
};

const replaced = (page: AccountPage, payout: PayoutLine): AccountPage => ({
  ...page,
  payouts: page.payouts.map((one) => (one.payoutId === payout.payoutId ? payout : one)),
});

/** What moved a balance, other than a payout. `amount` below 0 for a debit. */
export type AccountEntry = {
  readonly accountId: string;
  readonly kind: 'advance' | 'earnings';
  /** Of the advance, or of the journal. */
  readonly id: string;
  readonly amount: Micros;
  readonly at: number;
};

/** One document for each advance and each journal on an account; by time. */
export const payeeAccountEntries: Projection<AdvanceGranted | EarningsCredited, AccountEntry> = {
  name: 'payee-account-entries',
  version: 1,
  kind: 'money',
  handles: ['AdvanceGranted', 'EarningsCredited'],
  fields: { accountId: 'text', at: 'integer' },
  indexes: [['accountId', 'at']],
  keysOf: ({ streamId, type, data }) => [
    `${streamId}|${type}|${'advanceId' in data ? data.advanceId : data.journalId}`,
  ],
  apply: (_document, { streamId: accountId, data: { amount, at, ...named } }) => ({
    put:
      'advanceId' in named
        ? { accountId, kind: 'advance', id: named.advanceId, amount: negated(amount), at }
        : { accountId, kind: 'earnings', id: named.journalId, amount, at },
  }),
};
