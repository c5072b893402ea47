import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { RecordPeriodInput, RecordPlanFees, type ReportedInput } from '../../application/commands/periods.js';
import { GetPeriod, ListPeriodInputs, ListPeriods } from '../../application/queries/periods.js';
import type { CommandMeta } from '../../application/streams.js';
import { type Period, periodIdOf } from '../../domain/royalty/period-id.js';
import { found, listFrom, receiptOf } from './answers.js';
import { Meta, MinPosition } from './parameters.js';
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
  periodParams,
} from './period-shapes.js';
import { Reads, Roles, Writes } from './route.js';
import { listOf, month, offering, page, receipt, territory } from './shapes.js';

const periodQuery = z.strictObject({
  month: month.optional(),
  offering: offering.optional(),
  territory: territory.optional(),
  status: periodPage.shape.status.optional(),
  restatementDue: z
    .literal('true')
    .transform(() => true)
    .optional()
    .describe(
      'Only those that wait for a restatement. A page may then be shorter than its limit without being the last.',
    ),
  ...page,
});
const inputQuery = z.strictObject({ type: inputPage.shape.type.optional(), ...page });

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
    summary: 'Lists periods into which anything was put, the latest month first',
    query: true,
    answer: listOf(periodPage, 'Periods'),
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
  @Reads({ summary: 'Shows a period', answer: periodPage, problems: ['PeriodNotFound'] })
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
    summary: 'Lists what was put into a period, in the order of time',
    query: true,
    answer: listOf(inputPage, 'PeriodInputs'),
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
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Reports revenue of a period',
    status: 201,
    answer: receipt,
    problems: [
      'ReportedOtherwise',
      'PeriodIsClosed',
      'TooManyInputs',
      'UnknownCurrency',
      'RateMissing',
      'BadAmount',
      'DateOutsidePeriod',
    ],
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
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Reports revenue that was given back',
    status: 201,
    answer: receipt,
    problems: ['ReportedOtherwise', 'TooManyInputs', 'UnknownCurrency', 'BadAmount', 'RefundTooHigh'],
  })
  recordRefund(
    @Param({ schema: periodParams }) period: z.infer<typeof periodParams>,
    @Body({ schema: newMoney }) data: z.infer<typeof newMoney>,
    @Meta() meta: CommandMeta,
  ) {
    return this.record(period, { type: 'RefundRecorded', data }, meta);
  }

  @Post('periods/:offering/:territory/:month/content-cost')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Reports what is paid for recordings, for the US mechanical pool',
    status: 201,
    answer: receipt,
    problems: [
      'ReportedOtherwise',
      'PeriodIsClosed',
      'TooManyInputs',
      'UnknownCurrency',
      'RateMissing',
      'BadAmount',
    ],
  })
  recordContentCost(
    @Param({ schema: periodParams }) period: z.infer<typeof periodParams>,
    @Body({ schema: newMoney }) data: z.infer<typeof newMoney>,
    @Meta() meta: CommandMeta,
  ) {
    return this.record(period, { type: 'ContentCostRecorded', data }, meta);
  }

  @Post('periods/:offering/:territory/:month/performance-royalties')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Reports what is paid for performances of works, for the US mechanical pool',
    status: 201,
    answer: receipt,
    problems: [
      'ReportedOtherwise',
      'PeriodIsClosed',
      'TooManyInputs',
      'UnknownCurrency',
      'RateMissing',
      'BadAmount',
    ],
  })
  recordPerformanceRoyalty(
    @Param({ schema: periodParams }) period: z.infer<typeof periodParams>,
    @Body({ schema: newMoney }) data: z.infer<typeof newMoney>,
    @Meta() meta: CommandMeta,
  ) {
    return this.record(period, { type: 'PerformanceRoyaltyRecorded', data }, meta);
  }

  @Post('periods/:offering/:territory/:month/subscriber-months')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Reports how many subscribed for how long',
    status: 201,
    answer: receipt,
    problems: [
      'ReportedOtherwise',
      'PeriodIsClosed',
      'TooManyInputs',
      'DateOutsidePeriod',
      'BadSubscriberMonths',
    ],
  })
  recordSubscriberMonths(
    @Param({ schema: periodParams }) period: z.infer<typeof periodParams>,
    @Body({ schema: newSubscriberMonths }) data: z.infer<typeof newSubscriberMonths>,
    @Meta() meta: CommandMeta,
  ) {
    return this.record(period, { type: 'SubscriberMonthsRecorded', data }, meta);
  }

  @Post('periods/:offering/:territory/:month/listener-fees')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Reports what listeners paid, for the user-centric model',
    status: 201,
    answer: receipt,
    problems: [
      'ReportedOtherwise',
      'PeriodIsClosed',
      'TooManyInputs',
      'UnknownCurrency',
      'RateMissing',
      'BadAmount',
      'BadListenerFees',
    ],
  })
  recordListenerFees(
    @Param({ schema: periodParams }) period: z.infer<typeof periodParams>,
    @Body({ schema: newListenerFees }) data: z.infer<typeof newListenerFees>,
    @Meta() meta: CommandMeta,
  ) {
    return this.record(period, { type: 'ListenerFeesRecorded', data }, meta);
  }

  @Post('periods/:offering/:territory/:month/plan-fees')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Reports what plans cost, for the user-centric model',
    description:
      'A family pays one price in equal parts; a price that changed within the month counts by the day.',
    status: 201,
    answer: receipt,
    problems: [
      'ReportedOtherwise',
      'PeriodIsClosed',
      'TooManyInputs',
      'UnknownCurrency',
      'RateMissing',
      'BadAmount',
      'BadListenerFees',
      'DateOutsidePeriod',
    ],
  })
  async recordPlanFees(
    @Param({ schema: periodParams }) period: z.infer<typeof periodParams>,
    @Body({ schema: newPlanFees }) data: z.infer<typeof newPlanFees>,
    @Meta() meta: CommandMeta,
  ) {
    return receiptOf(await this.commands.execute(new RecordPlanFees(period, data, meta)));
  }

  @Post('periods/:offering/:territory/:month/exchange-rates')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Reports the exchange rate of two currencies',
    status: 201,
    answer: receipt,
    problems: ['ReportedOtherwise', 'PeriodIsClosed', 'TooManyInputs', 'UnknownCurrency', 'BadExchangeRate'],
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
