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

const seq = z.int().min(0).describe('Sequence number: 0 for the first event of the stream.');

const booking = z.strictObject({
  account: z
    .string()
    .regex(/^[a-z]+(?::[\w.:@-]{1,160})?$/)
    .describe(
      'Ledger account, such as `payee:…`, `pool:…`, `platform`, `suspense:…`, `unmatched:…` or `disputed:…`.',
    ),
  amount: microsField('Amount; below 0 for a debit.'),
});

export const statementShapes = {
  StatementLinesRecorded: {
    summary:
      'Lines of a statement were recorded: earnings of tracks in a period, by account. For a restatement, the differences.',
    schema: z.strictObject({
      seq,
      lines: z
        .array(
          z.strictObject({
            trackId: idField('Track.'),
            plays: z.int().describe('Number of plays that earn, held ones included.'),
            creditPpm: z.int().describe('Sum of their credits. Parts per million of a play.'),
            amount: microsField('Earnings of the track.'),
            splits: z
              .array(booking)
              .max(LINE_BOOKINGS_MAX)
              .describe('Bookings by account. Those of all parts of a line add up to its amount.'),
            penalty: z
              .strictObject({
                artificial: z.int().describe('Number of plays confirmed as artificial.'),
                charges: z
                  .array(booking)
                  .max(LINE_BOOKINGS_MAX)
                  .describe('Charges by payee, included in the splits.'),
              })
              .exactOptional()
              .describe('Charge for artificial plays (R18); absent if there is none.'),
            belowEligibility: z
              .int()
              .exactOptional()
              .describe(
                'Number of plays that earned nothing because the track has too few plays (R17); absent if there are none.',
              ),
            part: z
              .int()
              .min(1)
              .exactOptional()
              .describe(
                'Number of this continuation of the previous line, whose figures it repeats; absent for the first part of a line.',
              ),
          }),
        )
        .min(1)
        .max(STATEMENT_LINES_MAX)
        .describe('Lines in order of track. A track with many bookings has several parts.'),
    }),
    // Version 2 added `penalty`, version 3 `belowEligibility`, version 4 `part`. All are optional.
    upcasters: [(old) => old, (old) => old, (old) => old],
  },
} satisfies ShapesOf<StatementLinesRecorded>;

/** Longer than other ids, because it may combine the ids of a payee and a payout. */
const journalId = z.string().regex(/^[\w.:@-]{1,320}$/);

export const journalShapes = {
  JournalPosted: {
    summary: 'A journal moved money between accounts. The amounts of each event add up to 0.',
    schema: z.strictObject({
      journalId: journalId.describe('Id of the journal, the same for all its events: 1 to 320 characters.'),
      seq,
      reason: z.enum(JOURNAL_REASONS).describe('Reason of the journal.'),
      currency: currencyField('Currency of the amounts.'),
      lines: z
        .array(booking)
        .min(1)
        .max(JOURNAL_LINES_MAX)
        // Last check before the log: no unbalanced journal is recorded.
        .refine((lines) => journalSum(lines) === 0n, 'The lines of a journal must add up to 0.')
        .describe('One booking for each account.'),
      reverses: journalId
        .nullable()
        .describe('Id of the journal that this one reverses; null if there is none.'),
      at: instantField('Time of posting; null before version 2.').nullable(),
    }),
    upcasters: [(old) => ({ ...old, reverses: null, at: null })],
  },
} satisfies ShapesOf<JournalPosted>;
