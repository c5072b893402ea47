import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Clock } from '../../../application/ports/clock.js';
import { Ids } from '../../../application/ports/ids.js';
import { StatementExport } from '../../../application/royalty/statement-export.js';
import {
  GetStatement,
  ListStatements,
  ListTrackPlays,
} from '../../../application/royalty/statements.queries.js';
import { dsrFileName } from '../../../domain/royalty/dsr/file-name.js';
import { periodIdOf } from '../../../domain/royalty/periods/period-id.js';
import { found, listFrom } from '../routes/answers.js';
import { MinPosition } from '../routes/parameters.js';
import { Reads, Roles } from '../routes/route.js';
import { id, listOf, page, periodParams } from '../routes/shapes.js';
import { statementCsv } from './statement-csv.js';
import { DSR_FORMS, statementDsr, territoryOf } from './statement-dsr.js';
import {
  CSV_TYPE,
  DSR_TYPE,
  dsrHeader,
  dsrParties,
  fileFrom,
  type Final,
  finalOf,
} from './statement-files.js';
import {
  fileQuery,
  periodPlay,
  periodPlayOf,
  rejected,
  rejectedOf,
  statement,
  statementHead,
  statementHeadOf,
  statementOf,
  statementQuery,
} from './statement-shapes.js';

const dsrQuery = z.strictObject({
  profile: z
    .enum(['BasicAudioProfileSRB', 'RoyaltyReportingProfile'], 'Must be a profile that is listed.')
    .describe('What was used (DSR part 3), or what came out (part 6).'),
  ...dsrParties,
});

const pageQuery = z.strictObject(page);
const lineParams = z.strictObject({ ...periodParams.shape, trackId: id });

/** A file is text to those who read the description. */
const file = z.string();
const ONE = { limit: 1 };

type PeriodParams = z.infer<typeof periodParams>;

@ApiTags('royalties')
@Controller('v1/royalties/periods/:offering/:territory/:month')
export class StatementsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly files: StatementExport,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  @Get('statement')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: 'Shows a statement and its lines in order of track',
    description:
      'The lines of a restatement are differences to what stood before; its settlement is that of the whole period.',
    query: true,
    answer: statement,
    problems: ['StatementNotFound'],
  })
  async getStatement(
    @Param({ schema: periodParams }) period: PeriodParams,
    @Query({ schema: statementQuery }) { number, ...query }: z.infer<typeof statementQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    const statement = new GetStatement(periodIdOf(period), number, query, minPosition);
    return statementOf(found(await this.queries.execute(statement), 'StatementNotFound'));
  }

  @Get('statement.csv')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: 'Hands out the lines of a statement as CSV (RFC 4180), one row for each account of a line',
    query: true,
    stream: 'text/csv',
    answer: file,
    problems: ['StatementNotFound'],
  })
  async statementCsv(
    @Param({ schema: periodParams }) period: PeriodParams,
    @Query({ schema: fileQuery }) { number }: z.infer<typeof fileQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    const statement = await this.whole(periodIdOf(period), number, minPosition);
    return fileFrom(statementCsv(statement, this.files.lines(statement)), {
      type: CSV_TYPE,
      name: `${statement.periodId}.${number}.csv`,
    });
  }

  @Get('statement.dsr')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: 'Hands out what a period comes to as a DDEX DSR flat file',
    description:
      'With all restatements added up: a recipient takes a later file for the whole of an earlier one.',
    query: true,
    stream: 'text/tab-separated-values',
    answer: file,
    problems: ['StatementNotFound'],
  })
  async statementDsr(
    @Param({ schema: periodParams }) period: PeriodParams,
    @Query({ schema: dsrQuery }) { profile, ...parties }: z.infer<typeof dsrQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    const statement = await this.latest(periodIdOf(period), minPosition);
    const header = dsrHeader(period, parties, { messageId: this.ids.fresh(), now: this.clock.now() });
    const lines = this.files.standing(statement);
    return fileFrom(statementDsr(DSR_FORMS[profile], header, statement, lines), {
      type: DSR_TYPE,
      name: dsrFileName(header, territoryOf(statement)),
    });
  }

  @Get('restatements')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: 'Lists the restatements of a period; their differences are the lines of statement?number=N',
    query: true,
    answer: listOf(statementHead, 'Restatements'),
  })
  async listRestatements(
    @Param({ schema: periodParams }) period: PeriodParams,
    @Query({ schema: pageQuery }) query: z.infer<typeof pageQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    const list = new ListStatements(periodIdOf(period), { from: 1 }, query, minPosition);
    return listFrom(await this.queries.execute(list), statementHeadOf);
  }

  @Get('rejected')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: 'Says how many plays of a period earn nothing, by reason, after its last settlement',
    description: 'Of one play, GET /v1/royalties/plays/{playId} says why.',
    answer: rejected,
    problems: ['StatementNotFound'],
  })
  async countRejected(
    @Param({ schema: periodParams }) period: PeriodParams,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    return rejectedOf(await this.latest(periodIdOf(period), minPosition));
  }

  @Get('lines/:trackId/plays')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: "Lists the plays of a line's track in the period, counted or not, in order of their start",
    query: true,
    answer: listOf(periodPlay, 'PeriodPlays'),
  })
  async listLinePlays(
    @Param({ schema: lineParams }) { trackId, ...period }: z.infer<typeof lineParams>,
    @Query({ schema: pageQuery }) query: z.infer<typeof pageQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    const plays = new ListTrackPlays(periodIdOf(period), trackId, query, minPosition);
    return listFrom(await this.queries.execute(plays), periodPlayOf);
  }

  private async whole(periodId: string, number: number, minPosition: bigint | undefined): Promise<Final> {
    const page = await this.queries.execute(new GetStatement(periodId, number, ONE, minPosition));
    return finalOf(page?.statement);
  }

  private async latest(periodId: string, minPosition: bigint | undefined): Promise<Final> {
    const list = new ListStatements(periodId, { from: 0, latestFirst: true }, ONE, minPosition);
    return finalOf((await this.queries.execute(list)).documents[0]);
  }
}
