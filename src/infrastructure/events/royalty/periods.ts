import { z } from 'zod';
import {
  RELEASED_MAX,
  REVENUE_KINDS,
  type PeriodEvent,
} from '../../../domain/royalty/periods/period-events.js';
import {
  FEES_MAX,
  SUBSCRIBER_LINES_MAX,
  SUBSCRIBER_WEIGHT_PPM_MAX,
  SUBSCRIBERS_MAX,
} from '../../../domain/royalty/periods/period-figures.js';
import { parseDate } from '../../../domain/shared/civil-date.js';
import type { ShapesOf } from '../event-shape.js';
import {
  amountField,
  currencyField,
  idField,
  instantField,
  microsField,
  positionField,
  sha256Field,
} from '../fields.js';

const DAYS_IN_MONTH_MAX = 31;

const report = {
  reportId: idField('Name of the report: reported twice it is the same.'),
  at: instantField('When.'),
};
const money = { ...report, amount: amountField('How much.'), currency: currencyField('Of the amount.') };

const count = (meaning: string) => z.int().min(0).describe(meaning);

const restatementNumber = z.int().min(1).describe('1 for the first restatement of the period.');

/** Version 1 knew no penalties: they are absent where there are none. */
const withoutPenalties = (old: object): object => old;

const summary = {
  fence: positionField('The last event that was taken in.'),
  rulesetHash: sha256Field('The ruleset.'),
  codeVersion: z.string().min(1).max(64).describe('The release that settled.'),
  currency: currencyField('Of all amounts here.'),
  pool: microsField('What was shared out.'),
  counted: count('Plays that earn.'),
  rejected: z
    .record(z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/), z.int().min(1))
    .describe('Plays that do not, by reason.'),
  held: count('Plays in open cases.'),
  tracks: count('Tracks with a line.'),
  inputRoot: sha256Field('Merkle root of the inputs.'),
  countedRoot: sha256Field('Merkle root of the counted plays.'),
  rejectedRoot: sha256Field('Merkle root of the rejected plays.'),
  linesRoot: sha256Field('Merkle root of the statement lines.'),
  payable: microsField('For payees.'),
  disputed: microsField('Claimed more than once.'),
  unmatched: microsField('Claimed by nobody.'),
  heldAmount: microsField('Waits for cases.'),
  suspense: microsField('Has no place.'),
  platform: microsField('Stays with the service.'),
  penalties: microsField(
    'Charged for artificial plays, within what is payable; absent where that is nothing.',
  ).exactOptional(),
  steps: z.exactOptional(
    z
      .record(z.string().regex(/^[a-z][A-Za-z0-9]{0,31}$/), microsField('A step.'))
      .describe('Steps of a US mechanical pool, micro-units (37 CFR 385.21); absent with other models.'),
  ),
  at: instantField('When.'),
};

export const periodShapes = {
  RevenueRecorded: {
    summary: 'An offering earned money in the territory and month.',
    schema: z.strictObject({
      ...money,
      kind: z.enum(REVENUE_KINDS).describe('What it was earned by.'),
      earnedOn: z.exactOptional(
        z
          .string()
          .refine((text) => parseDate(text) !== undefined)
          .describe('Day of the month that it belongs to, YYYY-MM-DD; absent when not told.'),
      ),
    }),
  },
  RefundRecorded: {
    summary: 'Revenue was given back. After the close it calls for a restatement.',
    schema: z.strictObject(money),
  },
  ContentCostRecorded: {
    summary: 'What the service pays for recordings: the base of a prong of the US mechanical pool.',
    schema: z.strictObject(money),
  },
  PerformanceRoyaltyRecorded: {
    summary: 'What the service pays for performances of works: taken off the US mechanical pool.',
    schema: z.strictObject(money),
  },
  SubscriberMonthsRecorded: {
    summary: 'How many subscribed, for how long, counting how much.',
    schema: z.strictObject({
      ...report,
      lines: z
        .array(
          z.strictObject({
            plan: idField('The plan.'),
            weightPpm: z
              .int()
              .min(0)
              .max(SUBSCRIBER_WEIGHT_PPM_MAX)
              .describe('What a subscriber counts. Parts per million.'),
            days: z.int().min(1).max(DAYS_IN_MONTH_MAX).describe('Days of the month.'),
            count: z.int().min(0).max(SUBSCRIBERS_MAX).describe('Subscribers.'),
          }),
        )
        .min(1)
        .max(SUBSCRIBER_LINES_MAX)
        .describe('One for each plan and length.'),
    }),
  },
  ListenerFeesRecorded: {
    summary: 'What listeners paid, for the user-centric model. The fees of a listener add up over reports.',
    schema: z.strictObject({
      ...report,
      fees: z
        .array(z.strictObject({ listenerId: idField('Who paid.'), amount: amountField('How much.') }))
        .min(1)
        .max(FEES_MAX)
        .describe('One for each listener.'),
      currency: currencyField('Of the amounts.'),
    }),
  },
  ExchangeRateRecorded: {
    summary: 'One unit of a currency is numerator / denominator of another. The latest one of a pair holds.',
    schema: z.strictObject({
      from: currencyField('What is exchanged.'),
      to: currencyField('What it becomes.'),
      numerator: z.int().min(1).describe('Of the rate.'),
      denominator: z.int().min(1).describe('Of the rate.'),
      at: instantField('When.'),
    }),
  },
  PeriodProvisional: {
    summary: 'What a close would have said then.',
    schema: z.strictObject(summary),
    upcasters: [withoutPenalties],
  },
  PeriodCloseBegun: {
    summary: 'The fence stands: later plays and inputs belong to a restatement.',
    schema: z.strictObject({
      fence: summary.fence,
      rulesetHash: summary.rulesetHash,
      early: z.exactOptional(
        z.string().min(1).max(512).describe('Why before its day; absent when that had come.'),
      ),
      at: instantField('When.'),
    }),
  },
  PeriodClosed: {
    summary: 'The statement of the period is whole.',
    schema: z.strictObject(summary),
    upcasters: [withoutPenalties],
  },
  RestatementBegun: {
    summary: 'The period is settled again behind a new fence.',
    schema: z.strictObject({
      number: restatementNumber,
      fence: summary.fence,
      reason: z
        .string()
        .regex(/^[A-Z][A-Z_]{0,63}$/)
        .describe('Why, as a code.'),
      released: z
        .array(idField('A case.'))
        .min(1)
        .max(RELEASED_MAX)
        .exactOptional()
        .describe(
          'Cases released after the fence; the fence and the inputs are then those of the settlement before.',
        ),
      at: instantField('When.'),
    }),
  },
  PeriodRestated: {
    summary: 'The differences to what stood before are whole.',
    schema: z.strictObject({ number: restatementNumber, ...summary }),
    upcasters: [withoutPenalties],
  },
} satisfies ShapesOf<PeriodEvent>;
