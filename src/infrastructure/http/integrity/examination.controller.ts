import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { ExaminePeriod } from '../../../application/integrity/examination.commands.js';
import { GetCaseEvidence, GetSignals } from '../../../application/integrity/examination.queries.js';
import type { CommandMeta } from '../../../application/streams/streams.js';
import { SIGNALS_MAX } from '../../../domain/royalty/examination/examination-signals.js';
import { receiptOf } from '../routes/answers.js';
import { Meta, MinPosition } from '../routes/parameters.js';
import { Reads, Roles, Writes } from '../routes/route.js';
import { id, receipt, sha256, periodParams } from '../routes/shapes.js';

const count = z.int().min(0);

const signals = z
  .strictObject({
    signals: z
      .array(
        z.strictObject({
          rule: z
            .enum(['F4', 'F11', 'F12', 'MUTED'])
            .describe(
              'F4: many plays of a track a day. F11: faster than the clock. F12: own content. MUTED: without sound.',
            ),
          listenerId: id,
          trackId: id,
          plays: count.describe('That it is about.'),
        }),
      )
      .max(SIGNALS_MAX)
      .describe('Those with most plays first.'),
    total: count.describe('How many there are in all.'),
    leadingDigits: z.array(count).length(10).describe('F10: tracks by first digit of their plays, from 0.'),
    hours: z.array(count).length(24).describe('F10: plays by UTC hour of their start, from 0.'),
  })
  .meta({ id: 'Signals' });

const evidence = z
  .strictObject({
    caseId: id,
    evidenceHash: sha256.describe('With which the case was opened.'),
    document: z
      .string()
      .nullable()
      .describe('Canonical JSON (RFC 8785), computed again; null where a person brought the case in.'),
    isEqual: z.boolean().describe('Whether the document has this hash.'),
  })
  .meta({ id: 'CaseEvidence' });

const newExamination = z
  .strictObject({})
  .meta({ id: 'NewExamination', description: 'The path and the ruleset of the period say everything.' });

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
    summary: 'Examines the plays of a period and opens a case for whatever the rules find',
    description:
      'Rules F2, F6, F7, F8 and F9 with the parameters of the ruleset of the period. A subject has one case for each rule and period, however often it is examined.',
    status: 200,
    answer: receipt,
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
    summary: 'Shows what in the plays of a period is worth a look; it touches no money',
    answer: signals,
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
    summary: 'Computes again what a case rests on, from the plays that there were when it was opened',
    answer: evidence,
    problems: ['CaseNotFound', 'RulesetNotFound', 'StoreUnavailable'],
  })
  async evidence(
    @Param({ schema: caseParams }) { caseId }: z.infer<typeof caseParams>,
    @MinPosition() minPosition: bigint | undefined,
  ): Promise<z.infer<typeof evidence>> {
    return this.queries.execute(new GetCaseEvidence(caseId, minPosition));
  }
}
