import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Month } from '../../domain/shared/calendar.js';
import {
  royaltyUsage,
  royaltyUsageByTrack,
  type TrackUsageLine,
  type UsageLine,
  usagePrefixOf,
} from '../../projections/royalty/royalty-usage.js';
import { ReadYourWrites } from '../projecting/read-your-writes.js';
import { type Found, keysBeginningWith, ReadModels } from '../ports/read-models.js';
import { paged, type PageRequest } from '../projecting/page.js';

/** A UTC month, optionally of one territory or offering. */
export type UsagePeriod = {
  readonly month: Month;
  readonly territory?: string | undefined;
  readonly offering?: string | undefined;
};

/** Lists usage by track, territory and offering, the highest credit first. */
export class GetRoyaltyUsage extends Query<Found<TrackUsageLine>> {
  constructor(
    readonly period: UsagePeriod,
    readonly page: PageRequest,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(GetRoyaltyUsage)
export class GetRoyaltyUsageHandler implements IQueryHandler<GetRoyaltyUsage> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ period, page, minPosition }: GetRoyaltyUsage): Promise<Found<TrackUsageLine>> {
    await this.readYourWrites.reached(royaltyUsageByTrack, minPosition);
    return this.models.query<TrackUsageLine>(royaltyUsageByTrack, {
      where: { month: period.month, ...within(period) },
      sort: { by: ['creditPpm'], descending: true },
      ...paged(page),
    });
  }
}

/** Lists a listener's usage by track, territory and offering, in order of track. */
export class GetListenerUsage extends Query<Found<UsageLine>> {
  constructor(
    readonly listenerId: string,
    readonly period: UsagePeriod,
    readonly page: PageRequest,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(GetListenerUsage)
export class GetListenerUsageHandler implements IQueryHandler<GetListenerUsage> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ listenerId, period, page, minPosition }: GetListenerUsage): Promise<Found<UsageLine>> {
    await this.readYourWrites.reached(royaltyUsage, minPosition);
    return this.models.query<UsageLine>(royaltyUsage, {
      keys: keysBeginningWith(usagePrefixOf(period.month, listenerId)),
      where: within(period),
      ...paged(page),
    });
  }
}

const within = ({ territory, offering }: UsagePeriod) => ({
  ...(territory === undefined ? {} : { territory }),
  ...(offering === undefined ? {} : { offering }),
});
