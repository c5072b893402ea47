import { z } from 'zod';
import {
  JOURNAL_LINES_MAX,
  JOURNAL_REASONS,
  journalSum,
  type JournalPosted,
  LINE_BOOKINGS_MAX,
  STATEMENT_LINES_MAX,
  type StatementLinesRecorded,
} from '../../../domain/royalty/statements/ledger-events.js';
import type { ShapesOf } from '../event-shape.js';
import { currencyField, idField, instantField, microsField } from '../fields.js';

const seq = z.int().min(0).describe('0 for the first event of the stream.');

const booking = z.strictObject({
  account: z
    .string()
    .regex(/^[a-z]+(?::[\w.:@-]{1,160})?$/)
    .describe(
      'Account of the ledger: `payee:…`, `pool:…`, `platform`, `suspense:…`, `unmatched:…`, `disputed:…`, …',
    ),
  amount: microsField('Below 0 where it is taken.'),
});

export const statementShapes = {
  StatementLinesRecorded: {
    summary: 'What tracks earned in a period, and whose it is; of a restatement: the differences.',
    schema: z.strictObject({
      seq,
      lines: z
        .array(
          z.strictObject({
            trackId: idField('The track.'),
            plays: z.int().describe('Plays that earn, held ones among them.'),
            creditPpm: z.int().describe('Their credits. Parts per million of a play.'),
            amount: microsField('What they earned.'),
            splits: z
              .array(booking)
              .max(LINE_BOOKINGS_MAX)
              .describe('By account; with those of all parts they make the amount.'),
            penalty: z
              .strictObject({
                artificial: z.int().describe('Plays that persons found artificial.'),
                charges: z.array(booking).max(LINE_BOOKINGS_MAX).describe('By payee, within the splits.'),
              })
              .exactOptional()
              .describe('What is taken for artificial plays; absent where that is nothing.'),
            belowEligibility: z
              .int()
              .exactOptional()
              .describe(
                'Plays that earned nothing since the track has too few; absent where there are none.',
              ),
            part: z
              .int()
              .min(1)
              .exactOptional()
              .describe(
                'It goes on with the bookings of the line before, whose figures it repeats; absent where a line begins.',
              ),
          }),
        )
        .min(1)
        .max(STATEMENT_LINES_MAX)
        .describe('In order of the track. One for each, or several where its bookings are many.'),
    }),
    // Version 1 knew no penalties, version 2 no plays below eligibility, version 3 no parts: absent where there are none.
    upcasters: [(old) => old, (old) => old, (old) => old],
  },
} satisfies ShapesOf<StatementLinesRecorded>;

/** Longer than other ids: it may join the ids of a payee and of a payout. */
const journalId = z.string().regex(/^[\w.:@-]{1,320}$/);

export const journalShapes = {
  JournalPosted: {
    summary: 'Money went from accounts to others. The amounts of each event add up to 0.',
    schema: z.strictObject({
      journalId: journalId.describe('Name of the journal, the same for all its events.'),
      seq,
      reason: z.enum(JOURNAL_REASONS).describe('Why.'),
      currency: currencyField('Of the amounts.'),
      lines: z
        .array(booking)
        .min(1)
        .max(JOURNAL_LINES_MAX)
        // The last gate before the log: nothing lopsided is ever booked.
        .refine((lines) => journalSum(lines) === 0n, 'A journal adds up to 0.')
        .describe('One for each account.'),
      reverses: journalId.nullable().describe('The journal that this one books back.'),
      at: instantField('When it was posted; null before version 2.').nullable(),
    }),
    upcasters: [(old) => ({ ...old, reverses: null, at: null })],
  },
} satisfies ShapesOf<JournalPosted>;
