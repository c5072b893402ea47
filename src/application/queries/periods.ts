import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type PeriodInputPage, periodInputs, type PeriodPage, periods } from '../../projections/periods.js';
import { Freshness } from '../freshness.js';
import { type Found, ReadModels } from '../ports/read-models.js';
import { paged, type PageRequest, where } from './page.js';

export class GetPeriod extends Query<PeriodPage | undefined> {
  constructor(
    readonly periodId: string,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(GetPeriod)
export class GetPeriodHandler implements IQueryHandler<GetPeriod> {
  constructor(
    private readonly models: ReadModels,
    private readonly freshness: Freshness,
  ) {}

  async execute({ periodId, minPosition }: GetPeriod): Promise<PeriodPage | undefined> {
    await this.freshness.reached(periods, minPosition);
    return this.models.get<PeriodPage>(periods, periodId);
  }
}

/** The latest month first. */
export class ListPeriods extends Query<Found<PeriodPage>> {
  constructor(
    readonly filter: {
      readonly month?: string | undefined;
      readonly offering?: string | undefined;
      readonly territory?: string | undefined;
      readonly status?: string | undefined;
      /** Only those that wait for a restatement. */
      readonly restatementDue?: 1 | undefined;
    },
    readonly page: PageRequest,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(ListPeriods)
export class ListPeriodsHandler implements IQueryHandler<ListPeriods> {
  constructor(
    private readonly models: ReadModels,
    private readonly freshness: Freshness,
  ) {}

  async execute({ filter, page, minPosition }: ListPeriods): Promise<Found<PeriodPage>> {
    await this.freshness.reached(periods, minPosition);
    return this.models.query<PeriodPage>(periods, {
      where: where(filter),
      sort: { by: ['month'], descending: true },
      ...paged(page),
    });
  }
}

/** What was put into a period, in the order of time. */
export class ListPeriodInputs extends Query<Found<PeriodInputPage>> {
  constructor(
    readonly filter: { readonly periodId: string; readonly type?: string | undefined },
    readonly page: PageRequest,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(ListPeriodInputs)
export class ListPeriodInputsHandler implements IQueryHandler<ListPeriodInputs> {
  constructor(
    private readonly models: ReadModels,
    private readonly freshness: Freshness,
  ) {}

  async execute({ filter, page, minPosition }: ListPeriodInputs): Promise<Found<PeriodInputPage>> {
    await this.freshness.reached(periodInputs, minPosition);
    return this.models.query<PeriodInputPage>(periodInputs, {
      where: where(filter),
      sort: { by: ['recordedAt'] },
      ...paged(page),
    });
  }
}

export const periodQueryHandlers = [GetPeriodHandler, ListPeriodsHandler, ListPeriodInputsHandler];
