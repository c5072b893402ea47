import { z } from 'zod';
import { REVENUE_KINDS } from '../../../domain/royalty/periods/period-events.js';
import { FEES_MAX, SUBSCRIBER_LINES_MAX } from '../../../domain/royalty/periods/period-figures.js';
import type { PeriodWithDue } from '../../../application/royalty/periods.queries.js';
import { RESTATEMENT_REASONS } from '../../../application/royalty/restatements-due.js';
import { INPUT_TYPES, type Money, type PeriodInputPage } from '../../../projections/royalty/periods.js';
import { MEMBERS_MAX, PRICES_MAX } from '../../../domain/royalty/periods/plan-fees.js';
import { currency, decimalAmount, money } from '../routes/money.js';
import { settlement, settlementResponse } from './settlement-shape.js';
import { id, month, offering, rfc3339, territory, time } from '../routes/shapes.js';
import { decimalOf } from '../../../domain/shared/money.js';

// Schemas of periods and of the figures that finance records for them.

const reportId = id.describe(
  'Id of the report. A repeat with the same figures changes nothing; one with other figures is rejected.',
);
const report = { reportId, amount: decimalAmount, currency };

const figure = z.int('Must be a whole number.');

export const newRevenue = z
  .strictObject({
    ...report,
    kind: z.enum(REVENUE_KINDS).describe('Source of the revenue.'),
    earnedOn: z
      .string()
      .max(10)
      .optional()
      .describe(
        'Day on which the revenue was earned, YYYY-MM-DD, in the month of the period; absent: the whole month.',
      ),
  })
  .meta({ id: 'NewRevenue' });

export const newMoney = z.strictObject(report).meta({ id: 'NewMoneyReport' });

export const newSubscriberMonths = z
  .strictObject({
    reportId,
    lines: z
      .array(
        z.strictObject({
          plan: id.describe('Subscription plan.'),
          weightPpm: figure.describe('Weight of a subscriber, in parts per million, 0 to 10,000,000.'),
          days: figure.describe('Days of the month with a subscription, from 1.'),
          count: figure.describe('Number of subscribers.'),
        }),
      )
      .max(SUBSCRIBER_LINES_MAX, `Must have at most ${SUBSCRIBER_LINES_MAX} lines.`),
  })
  .meta({ id: 'NewSubscriberMonths' });

export const newListenerFees = z
  .strictObject({
    reportId,
    currency,
    fees: z
      .array(z.strictObject({ listenerId: id, amount: decimalAmount }))
      .max(FEES_MAX, `Must have at most ${FEES_MAX} fees.`),
  })
  .meta({ id: 'NewListenerFees', description: 'Fees of a listener in several reports add up.' });

export const newPlanFees = z
  .strictObject({
    reportId,
    currency,
    plans: z
      .array(
        z.strictObject({
          members: z.array(id).max(MEMBERS_MAX).describe('Listeners on the plan, who pay equal parts.'),
          prices: z
            .array(
              z.strictObject({
                amount: decimalAmount,
                days: figure.describe('Days of the month with this price.'),
              }),
            )
            .max(PRICES_MAX)
            .describe('Prices for a whole month, in order of time.'),
        }),
      )
      .max(FEES_MAX, `Must have at most ${FEES_MAX} plans.`),
  })
  .meta({
    id: 'NewPlanFees',
    description: 'Prices of plans by the day. The service records them as fees of the members.',
  });

export const newExchangeRate = z
  .strictObject({
    from: currency,
    to: currency,
    numerator: figure,
    denominator: figure,
    corrects: z.boolean().optional().describe('Whether this rate replaces an earlier one.'),
  })
  .meta({
    id: 'NewExchangeRate',
    description: 'One unit of `from` is `numerator` / `denominator` units of `to`.',
  });

const perCurrency = z.array(money).describe('One total for each currency.');
const count = z.int().min(0);

export const periodPage = z
  .strictObject({
    offering,
    territory,
    month,
    status: z.enum(['open', 'provisional', 'closing', 'closed', 'restating']),
    currency: currency.nullable().describe('Currency of the first reported money; null before.'),
    revenue: perCurrency,
    refunds: perCurrency,
    contentCost: perCurrency,
    performanceRoyalties: perCurrency,
    listenerFees: perCurrency,
    inputs: count.describe('Number of recorded reports and exchange rates.'),
    restatementDue: z.boolean().describe('Whether the period has a reason for a restatement.'),
    restatementReasons: z
      .array(
        z
          .strictObject({ reason: z.enum(RESTATEMENT_REASONS), since: time })
          .meta({ id: 'RestatementReason' }),
      )
      .describe(
        'Reasons for a restatement: input recorded after the fence of the last settlement, with the time of the first ' +
          'such input. Send a code as the reason of the restatement.',
      ),
    settlement: settlement
      .nullable()
      .describe('Last settlement, provisional or final; null before the first.'),
    restatements: count,
  })
  .meta({ id: 'Period' });

export const inputPage = z
  .strictObject({
    type: z.enum(INPUT_TYPES).describe('Type of the recorded event.'),
    figures: z
      .record(z.string(), z.unknown())
      .describe('Figures as recorded in the log. Amounts are micro-units, as text.'),
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
    settlement: settlement && settlementResponse(settlement),
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
