import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { DecideCase, OpenCase, RecordModelScore } from '../../../application/integrity/commands.js';
import { Ids } from '../../../application/ports/ids.js';
import { GetCase, ListCases } from '../../../application/integrity/queries.js';
import type { CommandMeta } from '../../../application/streams/streams.js';
import { CASE_RULES, SUBJECT_KINDS, SUSPICION_RULES } from '../../../domain/integrity/case.js';
import { periodOf } from '../../../domain/royalty/periods/period-id.js';
import type { CasePage } from '../../../projections/integrity/cases.js';
import { found, listFrom, receiptOf } from '../routes/answers.js';
import { Meta, MinPosition } from '../routes/parameters.js';
import { Reads, Roles, Writes } from '../routes/route.js';
import { id, listOf, page, receipt, rfc3339, sha256, time } from '../routes/shapes.js';

const periodId = z
  .string()
  .refine((text) => periodOf(text) !== undefined, 'Must be OFFERING.TERRITORY.YYYY-MM.')
  .describe('Which period.')
  .meta({ example: 'premium.DE.2026-10' });

const content = {
  rulesVersion: sha256.describe('Hash of the ruleset that has its parameters.'),
  periodId,
  subject: z.strictObject({ kind: z.enum(SUBJECT_KINDS), id }).describe('What it is about.'),
  evidenceHash: sha256.describe('SHA-256 of what it rests on.'),
};

const newCase = z
  .strictObject({
    caseId: id.optional(),
    rule: z
      .enum(SUSPICION_RULES)
      .describe('Number of the rule; MODEL where a model raised it, whose score is recorded.'),
    ...content,
  })
  .meta({ id: 'NewCase', description: 'Without caseId the service chooses one.' });

const newScore = z
  .strictObject({
    model: id,
    version: id,
    score: z.int('Must be a whole number.').describe('How sure the model is, in parts per million.'),
  })
  .meta({ id: 'NewModelScore', description: 'It is kept for replays and moves no money.' });

const decision = z.enum(['confirm', 'release']);
const newDecision = z.strictObject({ decision }).meta({ id: 'NewDecision' });

const casePage = z
  .strictObject({
    caseId: id,
    rule: z
      .enum(CASE_RULES)
      .describe('As it was brought in; CONFLICTING_REPORT where a device contradicted itself (R15).'),
    ...content,
    status: z.enum(['open', 'confirm', 'release']).describe('Open, or as it was decided.'),
    fence: z.string().optional().describe('Position in the log up to which plays were examined.'),
    openedAt: time,
    scores: z.array(z.strictObject({ model: id, version: id, score: z.int(), at: time })),
    decidedBy: z.string().optional(),
    decidedAt: time.optional(),
  })
  .meta({ id: 'Case' });

const caseParams = z.strictObject({ caseId: id });
const caseQuery = z.strictObject({
  periodId: periodId.optional(),
  status: casePage.shape.status.optional(),
  ...page,
});

const caseOf = ({
  openedAt,
  decidedAt,
  openedPosition: _opened,
  position: _last,
  ...rest
}: CasePage): z.infer<typeof casePage> => ({
  ...rest,
  subject: { ...rest.subject },
  openedAt: rfc3339(openedAt),
  scores: rest.scores.map((score) => ({ ...score, at: rfc3339(score.at) })),
  ...(decidedAt === undefined ? {} : { decidedAt: rfc3339(decidedAt) }),
});

@ApiTags('royalties')
@Controller('v1/royalties/cases')
export class CasesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly ids: Ids,
  ) {}

  @Get()
  @Roles('finance', 'auditor', 'admin')
  @Reads({ summary: 'Lists cases, the latest first', query: true, answer: listOf(casePage, 'Cases') })
  async listCases(
    @Query({ schema: caseQuery }) { periodId, status, ...query }: z.infer<typeof caseQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    return listFrom(
      await this.queries.execute(new ListCases({ periodId, status }, query, minPosition)),
      caseOf,
    );
  }

  @Get(':caseId')
  @Roles('finance', 'auditor', 'admin')
  @Reads({ summary: 'Shows a case', answer: casePage, problems: ['CaseNotFound'] })
  async getCase(
    @Param({ schema: caseParams }) { caseId }: z.infer<typeof caseParams>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    return caseOf(found(await this.queries.execute(new GetCase(caseId, minPosition)), 'CaseNotFound'));
  }

  @Post()
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Opens a case: the money of what it is about is held',
    status: 201,
    answer: receipt,
    problems: ['CaseExists'],
  })
  async openCase(
    @Body({ schema: newCase }) { caseId, ...input }: z.infer<typeof newCase>,
    @Meta() meta: CommandMeta,
  ) {
    const id = caseId ?? this.ids.derived('case', meta.commandId);
    return receiptOf(await this.commands.execute(new OpenCase(id, input, meta)));
  }

  @Post(':caseId/score')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Records what a model says of a case',
    status: 200,
    answer: receipt,
    problems: ['CaseNotFound', 'CaseIsDecided', 'BadScore', 'ReportedOtherwise', 'TooManyScores'],
  })
  async recordModelScore(
    @Param({ schema: caseParams }) { caseId }: z.infer<typeof caseParams>,
    @Body({ schema: newScore }) input: z.infer<typeof newScore>,
    @Meta() meta: CommandMeta,
  ) {
    return receiptOf(await this.commands.execute(new RecordModelScore(caseId, input, meta)));
  }

  @Post(':caseId/decision')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Decides a case, once: confirms the suspicion, or releases what was held',
    status: 200,
    answer: receipt,
    problems: ['CaseNotFound', 'CaseIsDecided'],
  })
  async decideCase(
    @Param({ schema: caseParams }) { caseId }: z.infer<typeof caseParams>,
    @Body({ schema: newDecision }) { decision }: z.infer<typeof newDecision>,
    @Meta() meta: CommandMeta,
  ) {
    return receiptOf(await this.commands.execute(new DecideCase(caseId, decision, meta)));
  }
}
