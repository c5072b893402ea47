import { applyDecorators, Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  RecordPeriodInput,
  RecordPlanFees,
  type ReportedInput,
} from '../../../application/royalty/periods.commands.js';
import { GetPeriod, ListPeriodInputs, ListPeriods } from '../../../application/royalty/periods.queries.js';
import type { CommandMeta } from '../../../application/streams/streams.js';
import { type Period, periodIdOf } from '../../../domain/royalty/periods/period-id.js';
import { found, listFrom, receiptOf } from '../routes/responses.js';
import { Meta, MinPosition } from '../routes/parameters.js';
import {
  inputPage,
  inputPageOf,
  newExchangeRate,
  newListenerFees,
  newMoney,
  newPlanFees,
  newRevenue,
  newSubscriberMonths,
  periodPage,
  periodPageOf,
} from './period-shapes.js';
import type { ProblemCode } from '../problems/problem.js';
import { Reads, Roles, Writes } from '../routes/route.js';
import { listResponse, month, offering, page, receipt, territory, periodParams } from '../routes/shapes.js';

const periodQuery = z.strictObject({
  month: month.optional(),
  offering: offering.optional(),
  territory: territory.optional(),
  status: periodPage.shape.status.optional().describe('Return only periods with this status.'),
  restatementDue: z
    .literal('true')
    .transform(() => true)
    .optional()
    .describe(
      'Return only periods that are due for a restatement. A page may then have fewer items than `limit` without being the last.',
    ),
  ...page,
});
const inputQuery = z.strictObject({ type: inputPage.shape.type.optional(), ...page });

type Report = {
  readonly summary: string;
  readonly description?: string;
  /** Problems beyond those of all reports. */
  readonly problems: readonly ProblemCode[];
};

/** A route by which finance records figures of a period. */
const Reports = ({ problems, ...route }: Report) =>
  applyDecorators(
    Roles('finance', 'admin'),
    Writes({
      ...route,
      status: 201,
      response: receipt,
      problems: ['ReportedOtherwise', 'TooManyInputs', ...problems],
    }),
  );

/** Problems of figures that are money and need an open period. */
const MONEY = ['PeriodIsClosed', 'UnknownCurrency', 'RateMissing', 'BadAmount'] as const;

@ApiTags('royalties')
@Controller('v1/royalties')
export class PeriodsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get('periods')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: 'Lists periods, latest month first',
    description: 'A period exists once something is recorded for it.',
    query: true,
    response: listResponse(periodPage, 'Periods'),
  })
  async listPeriods(
    @Query({ schema: periodQuery }) { limit, cursor, restatementDue, ...filter }: z.infer<typeof periodQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    const query = new ListPeriods(filter, { limit, cursor }, restatementDue ?? false, minPosition);
    return listFrom(await this.queries.execute(query), periodPageOf);
  }

  @Get('periods/:offering/:territory/:month')
  @Roles('finance', 'auditor', 'admin')
  @Reads({ summary: 'Returns a period', response: periodPage, problems: ['PeriodNotFound'] })
  async getPeriod(
    @Param({ schema: periodParams }) period: z.infer<typeof periodParams>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    const query = new GetPeriod(periodIdOf(period), minPosition);
    return periodPageOf(found(await this.queries.execute(query), 'PeriodNotFound'));
  }

  @Get('periods/:offering/:territory/:month/inputs')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: 'Lists the recorded figures of a period, oldest first',
    query: true,
    response: listResponse(inputPage, 'PeriodInputs'),
  })
  async listPeriodInputs(
    @Param({ schema: periodParams }) period: z.infer<typeof periodParams>,
    @Query({ schema: inputQuery }) { type, ...query }: z.infer<typeof inputQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    const inputs = new ListPeriodInputs({ periodId: periodIdOf(period), type }, query, minPosition);
    return listFrom(await this.queries.execute(inputs), inputPageOf);
  }

  @Post('periods/:offering/:territory/:month/revenue')
  @Reports({
    summary: 'Records revenue of a period',
    problems: [...MONEY, 'DateOutsidePeriod'],
  })
  recordRevenue(
    @Param({ schema: periodParams }) period: z.infer<typeof periodParams>,
    @Body({ schema: newRevenue }) { earnedOn, ...figures }: z.infer<typeof newRevenue>,
    @Meta() meta: CommandMeta,
  ) {
    const data = { ...figures, ...(earnedOn === undefined ? {} : { earnedOn }) };
    return this.record(period, { type: 'RevenueRecorded', data }, meta);
  }

  @Post('periods/:offering/:territory/:month/refunds')
  @Reports({
    summary: 'Records a refund of revenue',
    description: 'After the close of the period, a refund is a reason for a restatement.',
    problems: ['UnknownCurrency', 'BadAmount', 'RefundTooHigh'],
  })
  recordRefund(
    @Param({ schema: periodParams }) period: z.infer<typeof periodParams>,
    @Body({ schema: newMoney }) data: z.infer<typeof newMoney>,
    @Meta() meta: CommandMeta,
  ) {
    return this.record(period, { type: 'RefundRecorded', data }, meta);
  }

  @Post('periods/:offering/:territory/:month/content-cost')
  @Reports({
    summary: 'Records the content cost of a period',
    description: 'Payments for recordings, used by the US mechanical pool (37 CFR 385.21).',
    problems: MONEY,
  })
  recordContentCost(
    @Param({ schema: periodParams }) period: z.infer<typeof periodParams>,
    @Body({ schema: newMoney }) data: z.infer<typeof newMoney>,
    @Meta() meta: CommandMeta,
  ) {
    return this.record(period, { type: 'ContentCostRecorded', data }, meta);
  }

  @Post('periods/:offering/:territory/:month/performance-royalties')
  @Reports({
    summary: 'Records performance royalties of a period',
    description: 'Payments for performances of works, used by the US mechanical pool (37 CFR 385.21).',
    problems: MONEY,
  })
  recordPerformanceRoyalty(
    @Param({ schema: periodParams }) period: z.infer<typeof periodParams>,
    @Body({ schema: newMoney }) data: z.infer<typeof newMoney>,
    @Meta() meta: CommandMeta,
  ) {
    return this.record(period, { type: 'PerformanceRoyaltyRecorded', data }, meta);
  }

  @Post('periods/:offering/:territory/:month/subscriber-months')
  @Reports({
    summary: 'Records subscriber-months by plan and length',
    problems: ['PeriodIsClosed', 'DateOutsidePeriod', 'BadSubscriberMonths'],
  })
  recordSubscriberMonths(
    @Param({ schema: periodParams }) period: z.infer<typeof periodParams>,
    @Body({ schema: newSubscriberMonths }) data: z.infer<typeof newSubscriberMonths>,
    @Meta() meta: CommandMeta,
  ) {
    return this.record(period, { type: 'SubscriberMonthsRecorded', data }, meta);
  }

  @Post('periods/:offering/:territory/:month/listener-fees')
  @Reports({
    summary: 'Records fees paid by listeners',
    description: 'Used by the user-centric model.',
    problems: [...MONEY, 'BadListenerFees'],
  })
  recordListenerFees(
    @Param({ schema: periodParams }) period: z.infer<typeof periodParams>,
    @Body({ schema: newListenerFees }) data: z.infer<typeof newListenerFees>,
    @Meta() meta: CommandMeta,
  ) {
    return this.record(period, { type: 'ListenerFeesRecorded', data }, meta);
  }

  @Post('periods/:offering/:territory/:month/plan-fees')
  @Reports({
    summary: 'Records fees by plan and divides them among its members',
    description:
      'Used by the user-centric model. Members pay equal parts of the price; prices that change within the month count by the day.',
    problems: [...MONEY, 'BadListenerFees', 'DateOutsidePeriod'],
  })
  async recordPlanFees(
    @Param({ schema: periodParams }) period: z.infer<typeof periodParams>,
    @Body({ schema: newPlanFees }) data: z.infer<typeof newPlanFees>,
    @Meta() meta: CommandMeta,
  ) {
    return receiptOf(await this.commands.execute(new RecordPlanFees(period, data, meta)));
  }

  @Post('periods/:offering/:territory/:month/exchange-rates')
  @Reports({
    summary: 'Records an exchange rate',
    description: 'A corrected rate for a closed period is a reason for a restatement.',
    problems: ['PeriodIsClosed', 'UnknownCurrency', 'BadExchangeRate'],
  })
  recordExchangeRate(
    @Param({ schema: periodParams }) period: z.infer<typeof periodParams>,
    @Body({ schema: newExchangeRate }) { corrects, ...data }: z.infer<typeof newExchangeRate>,
    @Meta() meta: CommandMeta,
  ) {
    return this.record(period, { type: 'ExchangeRateRecorded', data }, meta, corrects);
  }

  private async record(period: Period, input: ReportedInput, meta: CommandMeta, corrects = false) {
    return receiptOf(await this.commands.execute(new RecordPeriodInput(period, input, meta, corrects)));
  }
}
