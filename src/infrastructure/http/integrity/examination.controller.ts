import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ExaminePeriod } from '../../../application/integrity/examination.commands.js';
import { GetCaseEvidence, GetSignals } from '../../../application/integrity/examination.queries.js';
import type { CommandMeta } from '../../../application/streams/streams.js';
import { SIGNALS_MAX } from '../../../domain/royalty/examination/examination-signals.js';
import { receiptOf } from '../routes/responses.js';
import { Meta, MinPosition } from '../routes/parameters.js';
import { Reads, Roles, Writes } from '../routes/route.js';
import { id, receipt, sha256Hex, periodParams } from '../routes/shapes.js';

const count = z.int().min(0);

const signals = z
  .strictObject({
    signals: z
      .array(
        z.strictObject({
          rule: z
            .enum(['F4', 'F11', 'F12', 'MUTED'])
            .describe(
              '`F4`: many plays of a track in a day. `F11`: more time heard than passed. `F12`: plays of own content. `MUTED`: plays without sound.',
            ),
          listenerId: id,
          trackId: id,
          plays: count.describe('Number of plays that raise the signal.'),
        }),
      )
      .max(SIGNALS_MAX)
      .describe('Signals, most plays first.'),
    total: count.describe('Total number of signals.'),
    leadingDigits: z
      .array(count)
      .length(10)
      .describe('F10: number of tracks by the first digit of their play count, 0 to 9.'),
    hours: z
      .array(count)
      .length(24)
      .describe('F10: number of plays by the UTC hour of their start, 0 to 23.'),
  })
  .meta({ id: 'Signals' });

const evidence = z
  .strictObject({
    caseId: id,
    evidenceHash: sha256Hex.describe('Digest recorded when the case was opened.'),
    document: z
      .string()
      .nullable()
      .describe('Recomputed evidence as canonical JSON (RFC 8785); null if a person opened the case.'),
    isEqual: z.boolean().describe('Whether the document has the recorded digest.'),
  })
  .meta({ id: 'CaseEvidence' });

const newExamination = z.strictObject({}).meta({
  id: 'NewExamination',
  description: 'An empty object: the path and the ruleset of the period hold all parameters.',
});

const caseParams = z.strictObject({ caseId: id });

@ApiTags('royalties')
@Controller('v1/royalties')
export class ExaminationController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('periods/:offering/:territory/:month/examinations')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Examines a period for fraud and opens cases',
    description:
      'Applies the rules F2, F6, F7, F8 and F9 with the parameters of the ruleset of the period. A repeat opens no second case for the same rule, subject and period.',
    status: 200,
    response: receipt,
    problems: [
      'RulesetNotFound',
      'RatesMissing',
      'ProjectionStopped',
      'NotYetVisible',
      'ModelNotReady',
      'ReadModelsUnavailable',
    ],
  })
  async examine(
    @Param({ schema: periodParams }) period: z.infer<typeof periodParams>,
    @Body({ schema: newExamination }) _nothing: z.infer<typeof newExamination>,
    @Meta() meta: CommandMeta,
  ) {
    return receiptOf(await this.commands.execute(new ExaminePeriod(period, meta)));
  }

  @Get('periods/:offering/:territory/:month/signals')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: 'Returns fraud signals of a period',
    description: 'Signals are hints for reviewers. They hold no money.',
    response: signals,
    problems: ['StoreUnavailable'],
  })
  async signals(
    @Param({ schema: periodParams }) period: z.infer<typeof periodParams>,
    @MinPosition() minPosition: bigint | undefined,
  ): Promise<z.infer<typeof signals>> {
    const found = await this.queries.execute(new GetSignals(period, minPosition));
    return {
      ...found,
      signals: [...found.signals],
      leadingDigits: [...found.leadingDigits],
      hours: [...found.hours],
    };
  }

  @Get('cases/:caseId/evidence')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: 'Recomputes the evidence of a case',
    description: 'Uses the plays that were in the log when the case was opened.',
    response: evidence,
    problems: ['CaseNotFound', 'RulesetNotFound', 'StoreUnavailable'],
  })
  async evidence(
    @Param({ schema: caseParams }) { caseId }: z.infer<typeof caseParams>,
    @MinPosition() minPosition: bigint | undefined,
  ): Promise<z.infer<typeof evidence>> {
    return this.queries.execute(new GetCaseEvidence(caseId, minPosition));
  }
}
