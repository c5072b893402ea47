import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import {
  type AccountBalance,
  accountBalances,
  type AccountKind,
  waitingMoney,
  type WaitingKind,
  type WaitingMoney,
} from '../../projections/royalty/ledger.js';
import { ReadYourWrites } from '../projecting/read-your-writes.js';
import { type Found, ReadModels } from '../ports/read-models.js';
import { paged, type PageRequest } from '../projecting/page.js';

/** Money not yet assigned to payees, the oldest period first; all, or of one kind. */
export class ListWaitingMoney extends Query<Found<WaitingMoney>> {
  constructor(
    readonly kind: WaitingKind | undefined,
    readonly page: PageRequest,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(ListWaitingMoney)
export class ListWaitingMoneyHandler implements IQueryHandler<ListWaitingMoney> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ kind, page, minPosition }: ListWaitingMoney): Promise<Found<WaitingMoney>> {
    await this.readYourWrites.reached(waitingMoney, minPosition);
    return this.models.query<WaitingMoney>(waitingMoney, {
      ...(kind === undefined ? {} : { where: { kind } }),
      sort: { by: ['month', 'periodId'] },
      ...paged(page),
    });
  }
}

/** Accounts of the ledger with their balances; accounts of one kind come in order of their first booking. */
export class ListBalances extends Query<Found<AccountBalance>> {
  constructor(
    readonly kind: AccountKind | undefined,
    readonly page: PageRequest,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(ListBalances)
export class ListBalancesHandler implements IQueryHandler<ListBalances> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ kind, page, minPosition }: ListBalances): Promise<Found<AccountBalance>> {
    await this.readYourWrites.reached(accountBalances, minPosition);
    return this.models.query<AccountBalance>(accountBalances, {
      ...(kind === undefined
        ? { sort: { by: ['account', 'currency'] } }
        : { where: { kind }, sort: { by: ['since', 'account'] } }),
      ...paged(page),
    });
  }
}
