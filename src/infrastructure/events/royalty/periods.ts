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
import { amount, currency, id, instant, micros, position, sha256 } from '../fields.js';

const DAYS_IN_MONTH_MAX = 31;

const report = { reportId: id('Name of the report: reported twice it is the same.'), at: instant('When.') };
const money = { ...report, amount: amount('How much.'), currency: currency('Of the amount.') };

const count = (meaning: string) => z.int().min(0).describe(meaning);

const restatementNumber = z.int().min(1).describe('1 for the first restatement of the period.');

/** Version 1 knew no penalties: they are absent where there are none. */
const withoutPenalties = (old: object): object => old;

const summary = {
  fence: position('The last event that was taken in.'),
  rulesetHash: sha256('The ruleset.'),
  codeVersion: z.string().min(1).max(64).describe('The release that settled.'),
  currency: currency('Of all amounts here.'),
  pool: micros('What was shared out.'),
  counted: count('Plays that earn.'),
  rejected: z
    .record(z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/), z.int().min(1))
    .describe('Plays that do not, by reason.'),
  held: count('Plays in open cases.'),
  tracks: count('Tracks with a line.'),
  inputRoot: sha256('Merkle root of the inputs.'),
  countedRoot: sha256('Merkle root of the counted plays.'),
  rejectedRoot: sha256('Merkle root of the rejected plays.'),
  linesRoot: sha256('Merkle root of the statement lines.'),
  payable: micros('For payees.'),
  disputed: micros('Claimed more than once.'),
  unmatched: micros('Claimed by nobody.'),
  heldAmount: micros('Waits for cases.'),
  suspense: micros('Has no place.'),
  platform: micros('Stays with the service.'),
  penalties: micros(
    'Charged for artificial plays, within what is payable; absent where that is nothing.',
  ).exactOptional(),
  steps: z.exactOptional(
    z
      .record(z.string().regex(/^[a-z][A-Za-z0-9]{0,31}$/), micros('A step.'))
      .describe('Steps of a US mechanical pool, micro-units (37 CFR 385.21); absent with other models.'),
  ),
  at: instant('When.'),
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
            plan: id('The plan.'),
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
        .array(z.strictObject({ listenerId: id('Who paid.'), amount: amount('How much.') }))
        .min(1)
        .max(FEES_MAX)
        .describe('One for each listener.'),
      currency: currency('Of the amounts.'),
    }),
  },
  ExchangeRateRecorded: {
    summary: 'One unit of a currency is numerator / denominator of another. The latest one of a pair holds.',
    schema: z.strictObject({
      from: currency('What is exchanged.'),
      to: currency('What it becomes.'),
      numerator: z.int().min(1).describe('Of the rate.'),
      denominator: z.int().min(1).describe('Of the rate.'),
      at: instant('When.'),
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
      at: instant('When.'),
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
        .array(id('A case.'))
        .min(1)
        .max(RELEASED_MAX)
        .exactOptional()
        .describe(
          'Cases released after the fence; the fence and the inputs are then those of the settlement before.',
        ),
      at: instant('When.'),
    }),
  },
  PeriodRestated: {
    summary: 'The differences to what stood before are whole.',
    schema: z.strictObject({ number: restatementNumber, ...summary }),
    upcasters: [withoutPenalties],
  },
} satisfies ShapesOf<PeriodEvent>;
