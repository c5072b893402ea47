import type { JournalPosted, JournalReason } from '../statements/ledger-events.js';
import { accounts } from '../statements/statement.js';

/** Identifies the account of a payee in a currency. */
export type AccountKey = { readonly payee: string; readonly currency: string };

/** Stream id of an account: `<payee>.<currency>`, with a three-letter currency code. */
export const accountIdOf = ({ payee, currency }: AccountKey): string => `${payee}.${currency}`;

/** Inverse of `accountIdOf`. */
export const accountOf = (accountId: string): AccountKey => ({
  payee: accountId.slice(0, -4),
  currency: accountId.slice(-3),
});

/** A payment from the bank to a payee. Micro-units above 0. */
type Payment = { readonly kind: 'advance' | 'payout'; readonly id: string; readonly amount: bigint };

const REASONS = { advance: 'ADVANCE', payout: 'PAYOUT' } as const satisfies Record<
  Payment['kind'],
  JournalReason
>;

/** Books a payment from the payee's account to the bank. */
export const paymentJournal = (account: AccountKey, payment: Payment, at: number): JournalPosted =>
  journal(
    account,
    paymentIdOf(account, payment.kind, payment.id),
    REASONS[payment.kind],
    -payment.amount,
    null,
    at,
  );

/** Reverses the journal of a payment that failed or was a mistake. */
export const reversalJournal = (account: AccountKey, payment: Payment, at: number): JournalPosted => {
  const reversed = paymentIdOf(account, payment.kind, payment.id);
  return journal(account, `${reversed}.reversal`, 'REVERSAL', payment.amount, reversed, at);
};

/** Id of the journal of a payment. */
export const paymentIdOf = (account: AccountKey, kind: Payment['kind'], id: string): string =>
  `${accountIdOf(account)}.${kind}.${id}`;

const journal = (
  { payee, currency }: AccountKey,
  journalId: string,
  reason: JournalReason,
  toPayee: bigint,
  reverses: string | null,
  at: number,
): JournalPosted => ({
  type: 'JournalPosted',
  data: {
    journalId,
    seq: 0,
    reason,
    currency,
    lines: [
      { account: accounts.bank, amount: String(-toPayee) },
      { account: accounts.payee(payee), amount: String(toPayee) },
    ],
    reverses,
    at,
  },
});
