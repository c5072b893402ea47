import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import {
  type PeriodInputPage,
  periodInputs,
  type PeriodPage,
  periods,
} from '../../projections/royalty/periods.js';
import { ReadYourWrites } from '../projecting/read-your-writes.js';
import { type Found, ReadModels, type Where } from '../ports/read-models.js';
import { paged, type PageRequest, where } from '../projecting/page.js';
import { type RestatementDue, RestatementsDue } from './restatements-due.js';

/** A period, and the reasons to restate it. */
export type PeriodWithDue = { readonly period: PeriodPage; readonly due: readonly RestatementDue[] };

export class GetPeriod extends Query<PeriodWithDue | undefined> {
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
    private readonly restatements: RestatementsDue,
  ) {}

  async execute({ periodId, minPosition }: GetPeriod): Promise<PeriodWithDue | undefined> {
    await this.restatements.reached(minPosition);
    const period = await this.models.get<PeriodPage>(periods, periodId);
    return period && { period, due: await this.restatements.of(period) };
  }
}

/** Lists periods, the latest month first. */
export class ListPeriods extends Query<Found<PeriodWithDue>> {
  constructor(
    readonly filter: {
      readonly month?: string | undefined;
      readonly offering?: string | undefined;
      readonly territory?: string | undefined;
      readonly status?: string | undefined;
    },
    readonly page: PageRequest,
    /** Only periods due for a restatement. A page may then be shorter than its limit without being the last. */
    readonly restatementDue: boolean,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

/** Periods examined for one page of those due for a restatement. */
const LOOKED_AT_MAX = 500;

@QueryHandler(ListPeriods)
export class ListPeriodsHandler implements IQueryHandler<ListPeriods> {
  constructor(
    private readonly models: ReadModels,
    private readonly restatements: RestatementsDue,
  ) {}

  async execute(query: ListPeriods): Promise<Found<PeriodWithDue>> {
    const { filter, page, restatementDue, minPosition } = query;
    await this.restatements.reached(minPosition);
    if (!restatementDue) return this.find(where(filter), paged(page));

    const wanted = { status: { in: SETTLED }, ...where(filter) };
    let { cursor } = page;
    for (let lookedAt = 0; ;) {
      const { documents, next } = await this.find(wanted, paged({ ...page, cursor }));
      const waiting = documents.filter(({ due }) => due.length > 0);
      lookedAt += documents.length;
      if (waiting.length > 0 || next === undefined || lookedAt >= LOOKED_AT_MAX)
        return { documents: waiting, ...(next === undefined ? {} : { next }) };
      cursor = next;
    }
  }

  private async find(where: Where, page: ReturnType<typeof paged>): Promise<Found<PeriodWithDue>> {
    const { documents, ...rest } = await this.models.query<PeriodPage>(periods, {
      where,
      sort: { by: ['month'], descending: true },
      ...page,
    });
    const found: PeriodWithDue[] = [];
    for (const period of documents) found.push({ period, due: await this.restatements.of(period) });
    return { documents: found, ...rest };
  }
}

const SETTLED = ['closing', 'closed', 'restating'] as const satisfies readonly PeriodPage['status'][];

/** Inputs of a period, in order of time. */
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
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ filter, page, minPosition }: ListPeriodInputs): Promise<Found<PeriodInputPage>> {
    await this.readYourWrites.reached(periodInputs, minPosition);
    return this.models.query<PeriodInputPage>(periodInputs, {
      where: where(filter),
      sort: { by: ['recordedAt'] },
      ...paged(page),
    });
  }
}
