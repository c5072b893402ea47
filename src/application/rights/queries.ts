import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type RightsPage, rightsClaims } from '../../projections/rights/rights-claims.js';
import { ReadYourWrites } from '../projecting/read-your-writes.js';
import { type Found, ReadModels } from '../ports/read-models.js';
import { paged, type PageRequest } from '../projecting/page.js';

export class GetRights extends Query<RightsPage | undefined> {
  constructor(
    readonly trackId: string,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(GetRights)
export class GetRightsHandler implements IQueryHandler<GetRights> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ trackId, minPosition }: GetRights): Promise<RightsPage | undefined> {
    await this.readYourWrites.reached(rightsClaims, minPosition);
    return this.models.get<RightsPage>(rightsClaims, trackId);
  }
}

/** Returns the tracks in dispute, most disputes first. */
export class ListDisputed extends Query<Found<RightsPage>> {
  constructor(
    readonly page: PageRequest,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(ListDisputed)
export class ListDisputedHandler implements IQueryHandler<ListDisputed> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ page, minPosition }: ListDisputed): Promise<Found<RightsPage>> {
    await this.readYourWrites.reached(rightsClaims, minPosition);
    return this.models.query<RightsPage>(rightsClaims, {
      where: { disputed: { gt: 0 } },
      sort: { by: ['disputed'], descending: true },
      ...paged(page),
    });
  }
}
