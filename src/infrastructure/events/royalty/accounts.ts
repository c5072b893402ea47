import { z } from 'zod';
import type { AccountEvent } from '../../../domain/royalty/payees/payee-account.js';
import type { ShapesOf } from '../event-shape.js';
import { amount, id, instant, micros, name } from '../fields.js';
import { journalShapes } from './ledger.js';

const payoutId = id('Which payout.');
const by = id('The person, as the access token names it.');

export const accountShapes = {
  TermsAgreed: {
    summary: 'What the contract says about paying out.',
    schema: z.strictObject({ minPayout: amount('Nothing below is paid.'), at: instant('When.') }),
  },
  AdvanceGranted: {
    summary: 'Paid ahead: a debit that earnings pay back.',
    schema: z.strictObject({
      advanceId: id('Name of the advance.'),
      amount: amount('How much.'),
      at: instant('When.'),
    }),
  },
  AdvanceReversed: {
    summary: 'An advance was taken back: the debit is undone.',
    schema: z.strictObject({
      advanceId: id('Which advance.'),
      amount: amount('How much.'),
      reason: name('Why.'),
      at: instant('When.'),
    }),
  },
  EarningsCredited: {
    summary: 'A journal booked earnings; below 0 where it takes back.',
    schema: z.strictObject({
      journalId: id('Which journal.'),
      amount: micros('How much.'),
      at: instant('When.'),
    }),
  },
  PayoutProposed: {
    summary: 'A person proposed to pay what the balance allows. The amount is set aside.',
    schema: z.strictObject({ payoutId, amount: amount('How much.'), by, at: instant('When.') }),
  },
  PayoutReleased: {
    summary: 'Another person released the payout. The amount leaves the account.',
    schema: z.strictObject({ payoutId, by, at: instant('When.') }),
  },
  PayoutFailed: {
    summary: 'The payout did not come about. The amount is in the balance again.',
    schema: z.strictObject({ payoutId, reason: name('Why.'), at: instant('When.') }),
  },
  ...journalShapes,
} satisfies ShapesOf<AccountEvent>;
