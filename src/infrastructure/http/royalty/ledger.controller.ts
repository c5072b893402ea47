import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { ListBalances, ListWaitingMoney } from '../../../application/royalty/ledger.queries.js';
import { listFrom } from '../routes/responses.js';
import { MinPosition } from '../routes/parameters.js';
import { Reads, Roles } from '../routes/route.js';
import { listResponse } from '../routes/shapes.js';
import { balance, balanceOf, balanceQuery, waiting, waitingOf, waitingQuery } from './statement-shapes.js';

@ApiTags('royalties')
@Controller('v1/royalties/accounts')
export class LedgerController {
  constructor(private readonly queries: QueryBus) {}

  @Get('ageing')
  @Roles('finance', 'auditor', 'admin')
  @Reads({
    summary: 'Lists unallocated money by age, oldest period first',
    description: 'Returns suspense, unmatched, disputed and held money for each period and currency.',
    query: true,
    response: listResponse(waiting, 'Ageing'),
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
    summary: 'Lists the balances of all ledger accounts',
    description:
      'In order of account; with `kind`, in order of the month of the first booking. The balances of each currency add up to 0.',
    query: true,
    response: listResponse(balance, 'Balances'),
  })
  async listBalances(
    @Query({ schema: balanceQuery }) { kind, ...query }: z.infer<typeof balanceQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    return listFrom(await this.queries.execute(new ListBalances(kind, query, minPosition)), balanceOf);
  }
}
