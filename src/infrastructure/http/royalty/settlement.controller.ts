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
import { receiptOf } from '../routes/responses.js';
import { Meta } from '../routes/parameters.js';
import { Roles, Writes } from '../routes/route.js';
import { name, receipt, periodParams } from '../routes/shapes.js';

const newSettlement = z
  .strictObject({
    early: name
      .optional()
      .describe(
        'Reason to settle the period before its due day. The month must be over in any case. Absent: settle on or after the due day.',
      ),
  })
  .meta({ id: 'NewSettlement' });

const newRestatement = z
  .strictObject({
    reason: z
      .string()
      .regex(/^[A-Z][A-Z_]{0,63}$/, 'Must be a code of 1 to 64 capitals and _')
      .describe('Reason as a code, such as LATE_USAGE, REFUND or METADATA.'),
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
    summary: 'Computes a provisional settlement of a period',
    description: 'Shows the result that a close would have now. Books no money.',
    status: 200,
    response: receipt,
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
    summary: 'Closes a period and books its statement and journals',
    description:
      'A closed period stays closed. A repeat changes nothing. After a failure, send the request again: the close continues from its last durable step.',
    status: 200,
    response: receipt,
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
    summary: 'Restates a closed period and books the differences',
    description: 'Settles the period again with all events recorded so far (R13).',
    status: 201,
    response: receipt,
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
