import { z } from 'zod';
import { REVENUE_KINDS } from '../../../domain/royalty/periods/period-events.js';
import { FEES_MAX, SUBSCRIBER_LINES_MAX } from '../../../domain/royalty/periods/period-figures.js';
import type { PeriodWithDue } from '../../../application/royalty/periods.queries.js';
import { RESTATEMENT_REASONS } from '../../../application/royalty/restatements-due.js';
import { INPUT_TYPES, type Money, type PeriodInputPage } from '../../../projections/royalty/periods.js';
import { MEMBERS_MAX, PRICES_MAX } from '../../../domain/royalty/periods/plan-fees.js';
import { amount, currency, money } from '../routes/money.js';
import { settlement, settlementOf } from './settlement-shape.js';
import { id, month, offering, rfc3339, territory, time } from '../routes/shapes.js';
import { decimalOf } from '../../../domain/shared/money.js';

// What goes into a period over HTTP, and how a period looks.

const reportId = id.describe('Name of the report: sent twice with the same figures it counts once.');
const report = { reportId, amount, currency };

const figure = z.int('Must be a whole number.');

export const newRevenue = z
  .strictObject({
    ...report,
    kind: z.enum(REVENUE_KINDS).describe('What it was earned by.'),
    earnedOn: z.string().max(10).optional().describe('Day of the month that it belongs to, YYYY-MM-DD.'),
  })
  .meta({ id: 'NewRevenue' });

export const newMoney = z.strictObject(report).meta({ id: 'NewMoneyReport' });

export const newSubscriberMonths = z
  .strictObject({
    reportId,
    lines: z
      .array(
        z.strictObject({
          plan: id.describe('The plan.'),
          weightPpm: figure.describe('What a subscriber of it counts, in parts per million.'),
          days: figure.describe('Days of the month on which they subscribed.'),
          count: figure.describe('Subscribers.'),
        }),
      )
      .max(SUBSCRIBER_LINES_MAX, `Must be ${SUBSCRIBER_LINES_MAX} lines at most.`),
  })
  .meta({ id: 'NewSubscriberMonths' });

export const newListenerFees = z
  .strictObject({
    reportId,
    currency,
    fees: z
      .array(z.strictObject({ listenerId: id, amount }))
      .max(FEES_MAX, `Must be ${FEES_MAX} fees at most.`),
  })
  .meta({ id: 'NewListenerFees', description: 'The fees of a listener add up over reports.' });

export const newPlanFees = z
  .strictObject({
    reportId,
    currency,
    plans: z
      .array(
        z.strictObject({
          members: z.array(id).max(MEMBERS_MAX).describe('Listeners, who pay equal parts.'),
          prices: z
            .array(z.strictObject({ amount, days: figure.describe('Days of the month on which it held.') }))
            .max(PRICES_MAX)
            .describe('Prices for a whole month, one after the other.'),
        }),
      )
      .max(FEES_MAX, `Must be ${FEES_MAX} plans at most.`),
  })
  .meta({
    id: 'NewPlanFees',
    description: 'What plans cost by the day. It is recorded as fees of their members.',
  });

export const newExchangeRate = z
  .strictObject({
    from: currency,
    to: currency,
    numerator: figure,
    denominator: figure,
    corrects: z.boolean().optional().describe('Whether it takes the place of the rate before.'),
  })
  .meta({ id: 'NewExchangeRate', description: 'One unit of from is numerator / denominator of to.' });

const perCurrency = z.array(money).describe('One for each currency.');
const count = z.int().min(0);

export const periodPage = z
  .strictObject({
    offering,
    territory,
    month,
    status: z.enum(['open', 'provisional', 'closing', 'closed', 'restating']),
    currency: currency.nullable().describe('Of the first money that was reported; null before.'),
    revenue: perCurrency,
    refunds: perCurrency,
    contentCost: perCurrency,
    performanceRoyalties: perCurrency,
    listenerFees: perCurrency,
    inputs: count.describe('Reports and exchange rates.'),
    restatementDue: z.boolean().describe('Whether there is a reason to restate it.'),
    restatementReasons: z
      .array(
        z
          .strictObject({ reason: z.enum(RESTATEMENT_REASONS), since: time })
          .meta({ id: 'RestatementReason' }),
      )
      .describe(
        'What came in behind the fence of the last settlement, each with the time of the first of it. A code is a ' +
          'reason for a restatement.',
      ),
    settlement: settlement.nullable().describe('The last one, provisional or not; null before the first.'),
    restatements: count,
  })
  .meta({ id: 'Period' });

export const inputPage = z
  .strictObject({
    type: z.enum(INPUT_TYPES).describe('The event that it became.'),
    figures: z.record(z.string(), z.unknown()).describe('Amounts are micro-units as text, as in the log.'),
    recordedAt: time,
  })
  .meta({ id: 'PeriodInput' });

export const periodPageOf = ({ period, due }: PeriodWithDue): z.infer<typeof periodPage> => {
  const { totals, settlement, offering, territory, month, status, inputs, restatements } = period;
  return {
    offering,
    territory,
    month,
    status,
    currency: period.currency,
    revenue: perCurrencyOf(totals.revenue),
    refunds: perCurrencyOf(totals.refunds),
    contentCost: perCurrencyOf(totals.contentCost),
    performanceRoyalties: perCurrencyOf(totals.performanceRoyalties),
    listenerFees: perCurrencyOf(totals.listenerFees),
    inputs,
    restatementDue: due.length > 0,
    restatementReasons: due.map(({ reason, since }) => ({ reason, since: rfc3339(since) })),
    settlement: settlement && settlementOf(settlement),
    restatements,
  };
};

export const inputPageOf = ({ type, figures, recordedAt }: PeriodInputPage): z.infer<typeof inputPage> => ({
  type,
  figures: { ...figures },
  recordedAt: rfc3339(recordedAt),
});

const perCurrencyOf = (total: Money) =>
  Object.entries(total).map(([currency, micros]) => ({ amount: decimalOf(micros), currency }));
