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
import { found, listFrom, receiptOf } from '../routes/responses.js';
import { Meta, MinPosition } from '../routes/parameters.js';
import { Reads, Roles, Writes } from '../routes/route.js';
import { id, listResponse, page, receipt, rfc3339, sha256Hex, time } from '../routes/shapes.js';

const periodId = z
  .string()
  .refine((text) => periodOf(text) !== undefined, 'Must be OFFERING.TERRITORY.YYYY-MM.')
  .describe('Period, as OFFERING.TERRITORY.YYYY-MM.')
  .meta({ example: 'premium.DE.2026-10' });

const content = {
  rulesVersion: sha256Hex.describe('Hash of the ruleset that holds the parameters of the rule.'),
  periodId,
  subject: z.strictObject({ kind: z.enum(SUBJECT_KINDS), id }).describe('Subject of the suspicion.'),
  evidenceHash: sha256Hex.describe('SHA-256 digest of the evidence.'),
};

const newCase = z
  .strictObject({
    caseId: id.optional(),
    rule: z
      .enum(SUSPICION_RULES)
      .describe('Number of the rule; `MODEL` if a model raised the suspicion and its score is recorded.'),
    ...content,
  })
  .meta({ id: 'NewCase', description: 'Without `caseId` the service chooses one.' });

const newScore = z
  .strictObject({
    model: id,
    version: id,
    score: z
      .int('Must be a whole number.')
      .describe('Confidence of the model in parts per million, 0 to 1,000,000.'),
  })
  .meta({ id: 'NewModelScore', description: 'The score is kept for replays and moves no money.' });

const decision = z.enum(['confirm', 'release']);
const newDecision = z
  .strictObject({
    decision: decision.describe(
      '`confirm`: the suspicion is confirmed and the plays earn nothing. `release`: the held money is paid.',
    ),
  })
  .meta({ id: 'NewDecision' });

const casePage = z
  .strictObject({
    caseId: id,
    rule: z
      .enum(CASE_RULES)
      .describe('Rule as given at the opening; `CONFLICTING_REPORT` if a device contradicted itself (R15).'),
    ...content,
    status: z.enum(['open', 'confirm', 'release']).describe('`open`, or the decision.'),
    fence: z
      .string()
      .optional()
      .describe('Position in the log up to which plays were examined; absent if a person opened the case.'),
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
  @Reads({ summary: 'Lists cases, latest first', query: true, response: listResponse(casePage, 'Cases') })
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
  @Reads({ summary: 'Returns a case', response: casePage, problems: ['CaseNotFound'] })
  async getCase(
    @Param({ schema: caseParams }) { caseId }: z.infer<typeof caseParams>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    return caseOf(found(await this.queries.execute(new GetCase(caseId, minPosition)), 'CaseNotFound'));
  }

  @Post()
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Opens a case and holds the money of its subject',
    status: 201,
    response: receipt,
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
    summary: 'Records the score that a model gives a case',
    status: 200,
    response: receipt,
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
    summary: 'Decides a case: confirms the suspicion or releases the money',
    description: 'A case is decided once; another decision is rejected.',
    status: 200,
    response: receipt,
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
