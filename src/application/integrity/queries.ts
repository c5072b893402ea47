import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type CasePage, cases } from '../../projections/integrity/cases.js';
import { ReadYourWrites } from '../projecting/read-your-writes.js';
import { type Found, ReadModels } from '../ports/read-models.js';
import { paged, type PageRequest, where } from '../projecting/page.js';

export class GetCase extends Query<CasePage | undefined> {
  constructor(
    readonly caseId: string,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(GetCase)
export class GetCaseHandler implements IQueryHandler<GetCase> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ caseId, minPosition }: GetCase): Promise<CasePage | undefined> {
    await this.readYourWrites.reached(cases, minPosition);
    return this.models.get<CasePage>(cases, caseId);
  }
}

/** The latest first. */
export class ListCases extends Query<Found<CasePage>> {
  constructor(
    readonly filter: { readonly periodId?: string | undefined; readonly status?: string | undefined },
    readonly page: PageRequest,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(ListCases)
export class ListCasesHandler implements IQueryHandler<ListCases> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ filter, page, minPosition }: ListCases): Promise<Found<CasePage>> {
    await this.readYourWrites.reached(cases, minPosition);
    return this.models.query<CasePage>(cases, {
      where: where(filter),
      sort: { by: ['openedAt'], descending: true },
      ...paged(page),
    });
  }
}
