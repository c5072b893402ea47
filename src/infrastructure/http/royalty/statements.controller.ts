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
import { found, listFrom } from '../routes/responses.js';
import { MinPosition } from '../routes/parameters.js';
import { Reads, Roles } from '../routes/route.js';
import { id, listResponse, page, periodParams } from '../routes/shapes.js';
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
    .enum(
      ['BasicAudioProfileSRB', 'RoyaltyReportingProfile'],
      'Must be BasicAudioProfileSRB or RoyaltyReportingProfile.',
    )
    .describe('DSR profile: usage (part 3) or royalties (part 6).'),
  ...dsrParties,
});

const pageQuery = z.strictObject(page);
const lineParams = z.strictObject({ ...periodParams.shape, trackId: id });

/** The API description shows a file as text. */
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
    summary: 'Returns a statement and its lines in order of track',
    description:
      'The lines of a restatement are differences from the previous statement; its settlement covers the whole period.',
    query: true,
    response: statement,
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
    summary: 'Exports a statement as CSV',
    description: 'RFC 4180, with one row for each account of a line.',
    query: true,
    stream: 'text/csv',
    response: file,
    problems: ['StatementNotFound'],
  })
  async statementCsv(
    @Param({ schema: periodParams }) period: PeriodParams,
    @Query({ schema: fileQuery }) { number }: z.infer<typeof fileQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    const statement = await this.numbered(periodIdOf(period), number, minPosition);
    return fileFrom(statementCsv(statement, this.files.lines(statement)), {
      type: CSV_TYPE,
      name: `${statement.periodId}.${number}.csv`,
    });
  }

  @Get('statement.dsr')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: 'Exports the totals of a period as a DDEX DSR flat file',
    description: 'Includes all restatements: a later file replaces an earlier one as a whole.',
    query: true,
    stream: 'text/tab-separated-values',
    response: file,
    problems: ['StatementNotFound'],
  })
  async statementDsr(
    @Param({ schema: periodParams }) period: PeriodParams,
    @Query({ schema: dsrQuery }) { profile, ...parties }: z.infer<typeof dsrQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    const statement = await this.latest(periodIdOf(period), minPosition);
    const header = dsrHeader(period, parties, { messageId: this.ids.newId(), now: this.clock.now() });
    const lines = this.files.standing(statement);
    return fileFrom(statementDsr(DSR_FORMS[profile], header, statement, lines), {
      type: DSR_TYPE,
      name: dsrFileName(header, territoryOf(statement)),
    });
  }

  @Get('restatements')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: 'Lists the restatements of a period',
    description: 'Get the lines of restatement N, which are differences, from the statement with `number=N`.',
    query: true,
    response: listResponse(statementHead, 'Restatements'),
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
    summary: 'Returns the number of rejected plays of a period, by reason',
    description:
      'As of the last settlement. GET /v1/royalties/plays/{playId} explains the verdict on a single play.',
    response: rejected,
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
    summary: 'Lists the plays of a track in a period, by start time',
    description: 'Includes plays that were not counted.',
    query: true,
    response: listResponse(periodPlay, 'PeriodPlays'),
  })
  async listLinePlays(
    @Param({ schema: lineParams }) { trackId, ...period }: z.infer<typeof lineParams>,
    @Query({ schema: pageQuery }) query: z.infer<typeof pageQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    const plays = new ListTrackPlays(periodIdOf(period), trackId, query, minPosition);
    return listFrom(await this.queries.execute(plays), periodPlayOf);
  }

  private async numbered(periodId: string, number: number, minPosition: bigint | undefined): Promise<Final> {
    const page = await this.queries.execute(new GetStatement(periodId, number, ONE, minPosition));
    return finalOf(page?.statement);
  }

  private async latest(periodId: string, minPosition: bigint | undefined): Promise<Final> {
    const list = new ListStatements(periodId, { from: 0, latestFirst: true }, ONE, minPosition);
    return finalOf((await this.queries.execute(list)).documents[0]);
  }
}
