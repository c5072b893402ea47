import { z } from 'zod';
import type { AccountEvent } from '../../../domain/royalty/payees/payee-account.js';
import type { ShapesOf } from '../event-shape.js';
import { amountField, idField, instantField, microsField, nameField } from '../fields.js';
import { journalShapes } from './ledger.js';

const payoutId = idField('Which payout.');
const by = idField('The person, as the access token names it.');

export const accountShapes = {
  TermsAgreed: {
    summary: 'What the contract says about paying out.',
    schema: z.strictObject({ minPayout: amountField('Nothing below is paid.'), at: instantField('When.') }),
  },
  AdvanceGranted: {
    summary: 'Paid ahead: a debit that earnings pay back.',
    schema: z.strictObject({
      advanceId: idField('Name of the advance.'),
      amount: amountField('How much.'),
      at: instantField('When.'),
    }),
  },
  AdvanceReversed: {
    summary: 'An advance was taken back: the debit is undone.',
    schema: z.strictObject({
      advanceId: idField('Which advance.'),
      amount: amountField('How much.'),
      reason: nameField('Why.'),
      at: instantField('When.'),
    }),
  },
  EarningsCredited: {
    summary: 'A journal booked earnings; below 0 where it takes back.',
    schema: z.strictObject({
      journalId: idField('Which journal.'),
      amount: microsField('How much.'),
      at: instantField('When.'),
    }),
  },
  PayoutProposed: {
    summary: 'A person proposed to pay what the balance allows. The amount is set aside.',
    schema: z.strictObject({ payoutId, amount: amountField('How much.'), by, at: instantField('When.') }),
  },
  PayoutReleased: {
    summary: 'Another person released the payout. The amount leaves the account.',
    schema: z.strictObject({ payoutId, by, at: instantField('When.') }),
  },
  PayoutFailed: {
    summary: 'The payout did not come about. The amount is in the balance again.',
    schema: z.strictObject({ payoutId, reason: nameField('Why.'), at: instantField('When.') }),
  },
  ...journalShapes,
} satisfies ShapesOf<AccountEvent>;
