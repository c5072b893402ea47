import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type PlayCount, playCounts } from '../../projections/playback/play-counts.js';
import { ReadYourWrites } from '../projecting/read-your-writes.js';
import { type Found, ReadModels } from '../ports/read-models.js';
import { paged, type PageRequest } from '../projecting/page.js';

/** Returns the play counts of a track; undefined when it was never played. */
export class GetPlayCounts extends Query<PlayCount | undefined> {
  constructor(
    readonly trackId: string,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(GetPlayCounts)
export class GetPlayCountsHandler implements IQueryHandler<GetPlayCounts> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ trackId, minPosition }: GetPlayCounts): Promise<PlayCount | undefined> {
    await this.readYourWrites.reached(playCounts, minPosition);
    return this.models.get<PlayCount>(playCounts, trackId);
  }
}

/** Returns the most played tracks, by plays that count (R2) or by all plays. */
export class ListTopTracks extends Query<Found<PlayCount>> {
  constructor(
    readonly by: 'counted' | 'plays',
    readonly page: PageRequest,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(ListTopTracks)
export class ListTopTracksHandler implements IQueryHandler<ListTopTracks> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ by, page, minPosition }: ListTopTracks): Promise<Found<PlayCount>> {
    await this.readYourWrites.reached(playCounts, minPosition);
    return this.models.query<PlayCount>(playCounts, {
      sort: { by: [by], descending: true },
      ...paged(page),
    });
  }
}
