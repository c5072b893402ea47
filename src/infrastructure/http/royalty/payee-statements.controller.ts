import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Clock } from '../../../application/ports/clock.js';
import { Ids } from '../../../application/ports/ids.js';
import { StatementExport } from '../../../application/royalty/statement-export.js';
import {
  GetPayeeStatement,
  ListPayeeStatements,
  ListStatements,
} from '../../../application/royalty/statements.queries.js';
import { dsrFileName } from '../../../domain/royalty/dsr/file-name.js';
import { periodIdOf } from '../../../domain/royalty/periods/period-id.js';
import { found, listFrom } from '../routes/responses.js';
import { MinPosition, OwnPayee } from '../routes/parameters.js';
import { Problem } from '../problems/problem.js';
import { Reads, Roles } from '../routes/route.js';
import { id, listResponse, page, periodParams } from '../routes/shapes.js';
import { statementCsv } from './statement-csv.js';
import { OWN_FORM, type OwnPart, statementDsr, territoryOf } from './statement-dsr.js';
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
  payeeStatement,
  payeeStatementOf,
  payeeStatementPage,
  payeeStatementPageOf,
  statementQuery,
} from './statement-shapes.js';

const payeeParams = z.strictObject({ payee: id });
const payeePeriodParams = z.strictObject({ payee: id, ...periodParams.shape });
const payeeQuery = z.strictObject(page);
const partiesQuery = z.strictObject(dsrParties);

/** The API description shows a file as text. */
const file = z.string();
const ONE = { limit: 1 };

/** Labels see only their own parts; those of other payees look as if they did not exist. */
@ApiTags('royalties')
@Controller('v1/royalties/statements/payees/:payee')
export class PayeeStatementsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly files: StatementExport,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  @Get()
  @Roles('label', 'finance', 'auditor', 'admin')
  @Reads({
    summary: "Lists a payee's parts of statements, latest month first",
    description: 'Labels see only their own parts.',
    query: true,
    response: listResponse(payeeStatement, 'PayeeStatements'),
  })
  async listPayeeStatements(
    @Param({ schema: payeeParams }) { payee }: z.infer<typeof payeeParams>,
    @Query({ schema: payeeQuery }) query: z.infer<typeof payeeQuery>,
    @OwnPayee() own: string | undefined,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    if (isForeign(payee, own)) return { items: [] };
    const list = new ListPayeeStatements(payee, query, minPosition);
    return listFrom(await this.queries.execute(list), payeeStatementOf);
  }

  @Get(':offering/:territory/:month')
  @Roles('label', 'finance', 'auditor', 'admin')
  @Reads({
    summary: "Returns a payee's part of a statement with its lines",
    description: 'Labels see only their own parts.',
    query: true,
    response: payeeStatementPage,
    problems: ['StatementNotFound'],
  })
  async getPayeeStatement(
    @Param({ schema: payeePeriodParams }) { payee, ...period }: z.infer<typeof payeePeriodParams>,
    @Query({ schema: statementQuery }) { number, ...query }: z.infer<typeof statementQuery>,
    @OwnPayee() own: string | undefined,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    if (isForeign(payee, own)) throw new Problem('StatementNotFound');
    const statement = new GetPayeeStatement(payee, periodIdOf(period), number, query, minPosition);
    return payeeStatementPageOf(found(await this.queries.execute(statement), 'StatementNotFound'));
  }

  @Get(':offering/:territory/:month/statement.csv')
  @Roles('label', 'finance', 'auditor', 'admin')
  @Reads({
    summary: "Exports a payee's part of a statement as CSV",
    description: 'RFC 4180. Labels see only their own parts.',
    query: true,
    stream: 'text/csv',
    response: file,
    problems: ['StatementNotFound'],
  })
  async payeeStatementCsv(
    @Param({ schema: payeePeriodParams }) { payee, ...period }: z.infer<typeof payeePeriodParams>,
    @Query({ schema: fileQuery }) { number }: z.infer<typeof fileQuery>,
    @OwnPayee() own: string | undefined,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    if (isForeign(payee, own)) throw new Problem('StatementNotFound');
    const part = new GetPayeeStatement(payee, periodIdOf(period), number, ONE, minPosition);
    const statement = finalOf((await this.queries.execute(part))?.statement);
    return fileFrom(statementCsv(statement, this.files.lines(statement, payee)), {
      type: CSV_TYPE,
      name: `${payee}.${statement.periodId}.${number}.csv`,
    });
  }

  @Get(':offering/:territory/:month/statement.dsr')
  @Roles('label', 'finance', 'auditor', 'admin')
  @Reads({
    summary: "Exports a payee's part of a period as a DDEX DSR flat file",
    description:
      'Royalty Reporting profile (DSR part 6), restatements included. Labels see only their own parts.',
    query: true,
    stream: 'text/tab-separated-values',
    response: file,
    problems: ['StatementNotFound'],
  })
  async payeeStatementDsr(
    @Param({ schema: payeePeriodParams }) { payee, ...period }: z.infer<typeof payeePeriodParams>,
    @Query({ schema: partiesQuery }) parties: z.infer<typeof partiesQuery>,
    @OwnPayee() own: string | undefined,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    if (isForeign(payee, own)) throw new Problem('StatementNotFound');
    const latest = new ListStatements(periodIdOf(period), { from: 0, latestFirst: true }, ONE, minPosition);
    const statement = finalOf((await this.queries.execute(latest)).documents[0]);
    const part = await this.partOf(payee, statement);
    if (!part) throw new Problem('StatementNotFound');
    const header = dsrHeader(period, parties, { messageId: this.ids.newId(), now: this.clock.now() });
    const lines = this.files.standing(statement, payee);
    return fileFrom(statementDsr(OWN_FORM, header, statement, lines, part), {
      type: DSR_TYPE,
      name: dsrFileName(header, territoryOf(statement)),
    });
  }

  /** Reads all lines once for the totals in the header of the file. Undefined if there are none. */
  private async partOf(payee: string, statement: Final): Promise<OwnPart | undefined> {
    let [tracks, plays, amount] = [0, 0, 0n];
    for await (const page of this.files.standing(statement, payee))
      for (const line of page) {
        tracks += 1;
        plays += line.plays;
        for (const split of line.splits) amount += BigInt(split.amount);
      }
    return tracks === 0 ? undefined : { payee, plays, amount };
  }
}

const isForeign = (payee: string, own: string | undefined): boolean => own !== undefined && own !== payee;
