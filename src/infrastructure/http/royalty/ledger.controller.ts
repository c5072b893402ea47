import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { ListBalances, ListWaitingMoney } from '../../../application/royalty/ledger.queries.js';
import { listFrom } from '../routes/answers.js';
import { MinPosition } from '../routes/parameters.js';
import { Reads, Roles } from '../routes/route.js';
import { listOf } from '../routes/shapes.js';
import { balance, balanceOf, balanceQuery, waiting, waitingOf, waitingQuery } from './statement-shapes.js';

@ApiTags('royalties')
@Controller('v1/royalties/accounts')
export class LedgerController {
  constructor(private readonly queries: QueryBus) {}

  @Get('ageing')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: 'Lists money that waits for somebody, the oldest period first',
    description: 'Suspense, unmatched, disputed and held money, for each period and currency.',
    query: true,
    answer: listOf(waiting, 'Ageing'),
  })
  async listWaitingMoney(
    @Query({ schema: waitingQuery }) { kind, ...query }: z.infer<typeof waitingQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    return listFrom(await this.queries.execute(new ListWaitingMoney(kind, query, minPosition)), waitingOf);
  }

  @Get('balances')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: 'Lists the accounts of the ledger with their balances, which add up to 0 in each currency',
    description: 'By account; those of one kind by the month of their first booking.',
    query: true,
    answer: listOf(balance, 'Balances'),
  })
  async listBalances(
    @Query({ schema: balanceQuery }) { kind, ...query }: z.infer<typeof balanceQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    return listFrom(await this.queries.execute(new ListBalances(kind, query, minPosition)), balanceOf);
  }
}
