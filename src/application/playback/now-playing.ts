import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type NowPlaying, nowPlaying } from '../../projections/playback/now-playing.js';
import { ReadYourWrites } from '../projecting/read-your-writes.js';
import { type Found, ReadModels } from '../ports/read-models.js';

/** Most live plays returned for a listener. */
const PLAYS_MAX = 100;

/** Returns a listener's live plays, latest report first. Several devices may each have one. */
export class GetNowPlaying extends Query<Found<NowPlaying>> {
  constructor(
    readonly listenerId: string,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(GetNowPlaying)
export class GetNowPlayingHandler implements IQueryHandler<GetNowPlaying> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ listenerId, minPosition }: GetNowPlaying): Promise<Found<NowPlaying>> {
    await this.readYourWrites.reached(nowPlaying, minPosition);
    return this.models.query<NowPlaying>(nowPlaying, {
      where: { listenerId },
      sort: { by: ['lastReportedAt'], descending: true },
      limit: PLAYS_MAX,
    });
  }
}
