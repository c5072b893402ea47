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
import { found, listFrom, receiptOf } from '../routes/answers.js';
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
import { listOf, month, offering, page, receipt, territory, periodParams } from '../routes/shapes.js';

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

type Report = {
  readonly summary: string;
  readonly description?: string;
  /** Beside those that every report may be answered with. */
  readonly problems: readonly ProblemCode[];
};

/** A route that takes figures of a period from finance. */
const Reports = ({ problems, ...route }: Report) =>
  applyDecorators(
    Roles('finance', 'admin'),
    Writes({
      ...route,
      status: 201,
      answer: receipt,
      problems: ['ReportedOtherwise', 'TooManyInputs', ...problems],
    }),
  );

/** Of figures that are money, of a period that is open. */
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
  @Reports({
    summary: 'Reports revenue of a period',
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
    summary: 'Reports revenue that was given back',
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
    summary: 'Reports what is paid for recordings, for the US mechanical pool',
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
    summary: 'Reports what is paid for performances of works, for the US mechanical pool',
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
    summary: 'Reports how many subscribed for how long',
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
    summary: 'Reports what listeners paid, for the user-centric model',
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
    summary: 'Reports what plans cost, for the user-centric model',
    description:
      'A family pays one price in equal parts; a price that changed within the month counts by the day.',
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
    summary: 'Reports the exchange rate of two currencies',
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
