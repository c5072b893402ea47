import { z } from 'zod';
import type { AccountEvent } from '../../../domain/royalty/payees/payee-account.js';
import type { ShapesOf } from '../event-shape.js';
import { amountField, idField, instantField, microsField, nameField } from '../fields.js';
import { journalShapes } from './ledger.js';

const payoutId = idField('Payout.');
const by = idField('Person who acted: subject of the access token.');

export const accountShapes = {
  TermsAgreed: {
    summary: 'The payout terms of a contract were recorded.',
    schema: z.strictObject({
      minPayout: amountField('Smallest amount that is paid out.'),
      at: instantField('Time of recording.'),
    }),
  },
  AdvanceGranted: {
    summary: 'An advance was paid: a debit that earnings recoup.',
    schema: z.strictObject({
      advanceId: idField('Advance.'),
      amount: amountField('Amount.'),
      at: instantField('Time of recording.'),
    }),
  },
  AdvanceReversed: {
    summary: 'An advance was reversed and its debit cancelled.',
    schema: z.strictObject({
      advanceId: idField('Advance.'),
      amount: amountField('Amount.'),
      reason: nameField('Reason.'),
      at: instantField('Time of recording.'),
    }),
  },
  EarningsCredited: {
    summary: 'A journal credited earnings to the account.',
    schema: z.strictObject({
      journalId: idField('Journal.'),
      amount: microsField('Amount; below 0 for a deduction.'),
      at: instantField('Time of recording.'),
    }),
  },
  PayoutProposed: {
    summary: 'A person proposed a payout of the available balance. The amount is set aside.',
    schema: z.strictObject({
      payoutId,
      amount: amountField('Amount.'),
      by,
      at: instantField('Time of recording.'),
    }),
  },
  PayoutReleased: {
    summary: 'Another person released the payout. The amount left the account.',
    schema: z.strictObject({ payoutId, by, at: instantField('Time of recording.') }),
  },
  PayoutFailed: {
    summary: 'The payout failed. Its amount is back in the balance.',
    schema: z.strictObject({
      payoutId,
      reason: nameField('Reason.'),
      at: instantField('Time of recording.'),
    }),
  },
  ...journalShapes,
} satisfies ShapesOf<AccountEvent>;
