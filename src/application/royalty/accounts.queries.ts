import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import {
  type AccountEntry,
  type AccountPage,
  payeeAccountEntries,
  payeeAccounts,
} from '../../projections/royalty/payee-accounts.js';
import { ReadYourWrites } from '../projecting/read-your-writes.js';
import { type Found, ReadModels } from '../ports/read-models.js';
import { paged, type PageRequest, where } from '../projecting/page.js';

/** Accounts in order of payee and currency: all, or those of one payee. */
export class ListAccounts extends Query<Found<AccountPage>> {
  constructor(
    readonly filter: { readonly payee?: string | undefined },
    readonly page: PageRequest,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(ListAccounts)
export class ListAccountsHandler implements IQueryHandler<ListAccounts> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ filter, page, minPosition }: ListAccounts): Promise<Found<AccountPage>> {
    await this.readYourWrites.reached(payeeAccounts, minPosition);
    return this.models.query<AccountPage>(payeeAccounts, {
      where: where(filter),
      sort: { by: ['payee', 'currency'] },
      ...paged(page),
    });
  }
}

/** Advances and earnings of an account, in order of time. */
export class ListAccountEntries extends Query<Found<AccountEntry>> {
  constructor(
    readonly filter: { readonly accountId: string },
    readonly page: PageRequest,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(ListAccountEntries)
export class ListAccountEntriesHandler implements IQueryHandler<ListAccountEntries> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ filter, page, minPosition }: ListAccountEntries): Promise<Found<AccountEntry>> {
    await this.readYourWrites.reached(payeeAccountEntries, minPosition);
    return this.models.query<AccountEntry>(payeeAccountEntries, {
      where: where(filter),
      sort: { by: ['at'] },
      ...paged(page),
    });
  }
}
