import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  ClosePeriod,
  MakeProvisional,
  RestatePeriod,
} from '../../../application/royalty/closing.commands.js';
import type { CommandMeta } from '../../../application/streams/streams.js';
import { periodIdOf } from '../../../domain/royalty/periods/period-id.js';
import { receiptOf } from '../routes/answers.js';
import { Meta } from '../routes/parameters.js';
import { Roles, Writes } from '../routes/route.js';
import { name, receipt, periodParams } from '../routes/shapes.js';

const newSettlement = z
  .strictObject({
    early: name
      .optional()
      .describe(
        'Why it is settled before its day; the month must be over all the same. Absent: its day has come.',
      ),
  })
  .meta({ id: 'NewSettlement' });

const newRestatement = z
  .strictObject({
    reason: z
      .string()
      .regex(/^[A-Z][A-Z_]{0,63}$/, 'Must be a code of 1 to 64 capitals and _')
      .describe('A code: LATE_USAGE, REFUND, METADATA, …'),
  })
  .meta({ id: 'NewRestatement' });

type PeriodParams = z.infer<typeof periodParams>;

const PROBLEMS = [
  'NoRevenue',
  'PeriodIsRunning',
  'TooEarlyToClose',
  'RulesetNotFound',
  'RatesMissing',
  'ProjectionStopped',
  'NotYetVisible',
  'ModelNotReady',
  'ReadModelsUnavailable',
] as const;

@ApiTags('royalties')
@Controller('v1/royalties/periods/:offering/:territory/:month')
export class SettlementController {
  constructor(private readonly commands: CommandBus) {}

  @Post('provisional')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Says what a close would say now; nothing is booked',
    status: 200,
    answer: receipt,
    problems: [...PROBLEMS, 'AlreadyClosed'],
  })
  async makeProvisional(
    @Param({ schema: periodParams }) period: PeriodParams,
    @Body({ schema: newSettlement }) input: z.infer<typeof newSettlement>,
    @Meta() meta: CommandMeta,
  ) {
    return receiptOf(await this.commands.execute(new MakeProvisional(periodIdOf(period), input, meta)));
  }

  @Post('close')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Closes a period for good: statement, journals, summary',
    description: 'Closing a closed period changes nothing. A close that broke off goes on where it came.',
    status: 200,
    answer: receipt,
    problems: PROBLEMS,
  })
  async closePeriod(
    @Param({ schema: periodParams }) period: PeriodParams,
    @Body({ schema: newSettlement }) input: z.infer<typeof newSettlement>,
    @Meta() meta: CommandMeta,
  ) {
    return receiptOf(await this.commands.execute(new ClosePeriod(periodIdOf(period), input, meta)));
  }

  @Post('restatements')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Settles a closed period again with all that is known now, and books the differences (R13)',
    status: 201,
    answer: receipt,
    problems: [...PROBLEMS, 'PeriodNotClosed', 'SettledOtherwise'],
  })
  async restatePeriod(
    @Param({ schema: periodParams }) period: PeriodParams,
    @Body({ schema: newRestatement }) input: z.infer<typeof newRestatement>,
    @Meta() meta: CommandMeta,
  ) {
    return receiptOf(await this.commands.execute(new RestatePeriod(periodIdOf(period), input, meta)));
  }
}
