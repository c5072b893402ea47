import type { JournalPosted, JournalReason } from '../statements/ledger-events.js';
import { accounts } from '../statements/statement.js';

/** Whose account, in which currency. */
export type AccountKey = { readonly payee: string; readonly currency: string };

/** Names the stream of a payee's account in a currency, whose code has three letters. */
export const accountIdOf = ({ payee, currency }: AccountKey): string => `${payee}.${currency}`;

/** What `accountIdOf` joined. */
export const accountOf = (accountId: string): AccountKey => ({
  payee: accountId.slice(0, -4),
  currency: accountId.slice(-3),
});

/** Money that a payee gets from the bank, ahead of earnings or for them. Micro-units above 0. */
type Payment = { readonly kind: 'advance' | 'payout'; readonly id: string; readonly amount: bigint };

const REASONS = { advance: 'ADVANCE', payout: 'PAYOUT' } as const satisfies Record<
  Payment['kind'],
  JournalReason
>;

/** What a payee is owed, or owes, leaves by way of the bank. */
export const paymentJournal = (account: AccountKey, payment: Payment, at: number): JournalPosted =>
  journal(
    account,
    paymentIdOf(account, payment.kind, payment.id),
    REASONS[payment.kind],
    -payment.amount,
    null,
    at,
  );

/** The same, booked back: it did not come about, or should not have. */
export const reversalJournal = (account: AccountKey, payment: Payment, at: number): JournalPosted => {
  const reversed = paymentIdOf(account, payment.kind, payment.id);
  return journal(account, `${reversed}.reversal`, 'REVERSAL', payment.amount, reversed, at);
};

/** Names the journal of a payment. */
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
