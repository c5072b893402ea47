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
  reportId: idField('Report.'),
  at: instantField('Time of recording.'),
};
const money = {
  ...report,
  amount: amountField('Amount.'),
  currency: currencyField('Currency of the amount.'),
};

const count = (meaning: string) => z.int().min(0).describe(meaning);

const restatementNumber = z
  .int()
  .min(1)
  .describe('Number of the restatement: 1 for the first of the period.');

/** Version 2 added `penalties`, which is optional. */
const withoutPenalties = (old: object): object => old;

const summary = {
  fence: positionField('Fence: last event that is included.'),
  rulesetHash: sha256Field('Ruleset.'),
  codeVersion: z.string().min(1).max(64).describe('Release of the service that settled the period.'),
  currency: currencyField('Currency of all amounts in this event.'),
  pool: microsField('Distributable money.'),
  counted: count('Number of plays that earn.'),
  rejected: z
    .record(z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/), z.int().min(1))
    .describe('Number of rejected plays, by reason.'),
  held: count('Number of plays held by open cases.'),
  tracks: count('Number of tracks with a line.'),
  inputRoot: sha256Field('Merkle root of the inputs.'),
  countedRoot: sha256Field('Merkle root of the counted plays.'),
  rejectedRoot: sha256Field('Merkle root of the rejected plays.'),
  linesRoot: sha256Field('Merkle root of the statement lines.'),
  payable: microsField('Money for payees.'),
  disputed: microsField('Money of rights in dispute.'),
  unmatched: microsField('Money of shares without a claim.'),
  heldAmount: microsField('Money held by open cases.'),
  suspense: microsField('Money that could not be allocated.'),
  platform: microsField('Money that the service keeps.'),
  penalties: microsField(
    'Charges for artificial plays (R18), included in `payable`; absent if there are none.',
  ).exactOptional(),
  steps: z.exactOptional(
    z
      .record(z.string().regex(/^[a-z][A-Za-z0-9]{0,31}$/), microsField('Step.'))
      .describe('Steps of a US mechanical pool (37 CFR 385.21), in micro-units; absent with other models.'),
  ),
  at: instantField('Time of the settlement.'),
};

export const periodShapes = {
  RevenueRecorded: {
    summary: 'Revenue of the offering in the territory and month was recorded.',
    schema: z.strictObject({
      ...money,
      kind: z.enum(REVENUE_KINDS).describe('Source of the revenue.'),
      earnedOn: z.exactOptional(
        z
          .string()
          .refine((text) => parseDate(text) !== undefined)
          .describe('Day on which the revenue was earned, YYYY-MM-DD; absent if not reported.'),
      ),
    }),
  },
  RefundRecorded: {
    summary: 'A refund of revenue was recorded. After the close it is a reason for a restatement.',
    schema: z.strictObject(money),
  },
  ContentCostRecorded: {
    summary:
      'Payments of the service for recordings were recorded: the base of a prong of the US mechanical pool.',
    schema: z.strictObject(money),
  },
  PerformanceRoyaltyRecorded: {
    summary:
      'Payments of the service for performances of works were recorded. They are deducted from the US mechanical pool.',
    schema: z.strictObject(money),
  },
  SubscriberMonthsRecorded: {
    summary: 'Numbers of subscribers were recorded by plan, weight and length.',
    schema: z.strictObject({
      ...report,
      lines: z
        .array(
          z.strictObject({
            plan: idField('Subscription plan.'),
            weightPpm: z
              .int()
              .min(0)
              .max(SUBSCRIBER_WEIGHT_PPM_MAX)
              .describe('Weight of a subscriber. Parts per million.'),
            days: z.int().min(1).max(DAYS_IN_MONTH_MAX).describe('Days of the month with a subscription.'),
            count: z.int().min(0).max(SUBSCRIBERS_MAX).describe('Number of subscribers.'),
          }),
        )
        .min(1)
        .max(SUBSCRIBER_LINES_MAX)
        .describe('One line for each plan and length.'),
    }),
  },
  ListenerFeesRecorded: {
    summary:
      'Fees paid by listeners were recorded, for the user-centric model. Fees of a listener in several reports add up.',
    schema: z.strictObject({
      ...report,
      fees: z
        .array(z.strictObject({ listenerId: idField('Listener who paid.'), amount: amountField('Fee.') }))
        .min(1)
        .max(FEES_MAX)
        .describe('One fee for each listener.'),
      currency: currencyField('Currency of the fees.'),
    }),
  },
  ExchangeRateRecorded: {
    summary:
      'An exchange rate was recorded: one unit of `from` is `numerator` / `denominator` units of `to`. The latest rate of a pair applies.',
    schema: z.strictObject({
      from: currencyField('Source currency.'),
      to: currencyField('Target currency.'),
      numerator: z.int().min(1).describe('Numerator of the rate.'),
      denominator: z.int().min(1).describe('Denominator of the rate.'),
      at: instantField('Time of recording.'),
    }),
  },
  PeriodProvisional: {
    summary: 'A provisional settlement was computed: the result of a close at that time.',
    schema: z.strictObject(summary),
    upcasters: [withoutPenalties],
  },
  PeriodCloseBegun: {
    summary: 'The close began and set its fence. Later plays and inputs belong to a restatement.',
    schema: z.strictObject({
      fence: summary.fence,
      rulesetHash: summary.rulesetHash,
      early: z.exactOptional(
        z.string().min(1).max(512).describe('Reason for a close before the due day; absent on or after it.'),
      ),
      at: instantField('Time of recording.'),
    }),
  },
  PeriodClosed: {
    summary: 'The close completed the statement of the period.',
    schema: z.strictObject(summary),
    upcasters: [withoutPenalties],
  },
  RestatementBegun: {
    summary: 'A restatement began: the period is settled again with a new fence.',
    schema: z.strictObject({
      number: restatementNumber,
      fence: summary.fence,
      reason: z
        .string()
        .regex(/^[A-Z][A-Z_]{0,63}$/)
        .describe('Reason of the restatement, as a code.'),
      released: z
        .array(idField('Case.'))
        .min(1)
        .max(RELEASED_MAX)
        .exactOptional()
        .describe(
          'Cases released after the fence. The fence and the inputs are then those of the previous settlement. Absent if there are none.',
        ),
      at: instantField('Time of recording.'),
    }),
  },
  PeriodRestated: {
    summary: 'The restatement completed the differences from the previous statement.',
    schema: z.strictObject({ number: restatementNumber, ...summary }),
    upcasters: [withoutPenalties],
  },
} satisfies ShapesOf<PeriodEvent>;
