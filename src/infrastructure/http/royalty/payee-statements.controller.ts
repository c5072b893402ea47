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
import { found, listFrom } from '../routes/answers.js';
import { MinPosition, OwnPayee } from '../routes/parameters.js';
import { Problem } from '../problems/problem.js';
import { Reads, Roles } from '../routes/route.js';
import { id, listOf, page, periodParams } from '../routes/shapes.js';
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

/** A file is text to those who read the description. */
const file = z.string();
const ONE = { limit: 1 };

/** A label reads what it is paid itself; what belongs to others looks as if it were not there. */
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
    summary: 'Lists what statements gave to a payee, the latest month first; a label sees its own',
    query: true,
    answer: listOf(payeeStatement, 'PayeeStatements'),
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
    summary: "Shows a payee's part of a statement, line by line; a label sees its own",
    query: true,
    answer: payeeStatementPage,
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
    summary: "Hands out a payee's part of a statement as CSV (RFC 4180); a label sees its own",
    query: true,
    stream: 'text/csv',
    answer: file,
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
    summary: "Hands out a payee's part of a period as a DDEX DSR flat file; a label sees its own",
    description: 'Royalty Reporting (DSR part 6), with all restatements added up.',
    query: true,
    stream: 'text/tab-separated-values',
    answer: file,
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
    const header = dsrHeader(period, parties, { messageId: this.ids.fresh(), now: this.clock.now() });
    const lines = this.files.standing(statement, payee);
    return fileFrom(statementDsr(OWN_FORM, header, statement, lines, part), {
      type: DSR_TYPE,
      name: dsrFileName(header, territoryOf(statement)),
    });
  }

  /** The head of a file says what its lines come to: they are read once for that. Undefined where there are none. */
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
