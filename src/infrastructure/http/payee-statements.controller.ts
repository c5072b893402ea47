import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { GetPayeeStatement, ListPayeeStatements } from '../../application/queries/statements.js';
import { periodIdOf } from '../../domain/royalty/period-id.js';
import { found, listFrom } from './answers.js';
import { MinPosition, OwnPayee } from './parameters.js';
import { periodParams } from './period-shapes.js';
import { Problem } from './problem.js';
import { Reads, Roles } from './route.js';
import { id, listOf, page } from './shapes.js';
import {
  payeeStatement,
  payeeStatementOf,
  payeeStatementPage,
  payeeStatementPageOf,
  statementQuery,
} from './statement-shapes.js';

const payeeParams = z.strictObject({ payee: id });
const payeePeriodParams = z.strictObject({ payee: id, ...periodParams.shape });
const payeeQuery = z.strictObject(page);

/** A label reads what it is paid itself; what belongs to others looks as if it were not there. */
@ApiTags('royalties')
@Controller('v1/royalties/statements/payees/:payee')
export class PayeeStatementsController {
  constructor(private readonly queries: QueryBus) {}

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
}

const isForeign = (payee: string, own: string | undefined): boolean => own !== undefined && own !== payee;
