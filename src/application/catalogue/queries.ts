import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type ArtistPage, artists } from '../../projections/catalogue/artists.js';
import { type TrackPage, tracks } from '../../projections/catalogue/tracks.js';
import { ReadYourWrites } from '../projecting/read-your-writes.js';
import { type Found, ReadModels } from '../ports/read-models.js';
import { paged, type PageRequest } from '../projecting/page.js';

export class GetArtist extends Query<ArtistPage | undefined> {
  constructor(
    readonly artistId: string,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(GetArtist)
export class GetArtistHandler implements IQueryHandler<GetArtist> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ artistId, minPosition }: GetArtist): Promise<ArtistPage | undefined> {
    await this.readYourWrites.reached(artists, minPosition);
    return this.models.get<ArtistPage>(artists, artistId);
  }
}

/** Returns all artists by name, in Unicode code point order. */
export class ListArtists extends Query<Found<ArtistPage>> {
  constructor(
    readonly page: PageRequest,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(ListArtists)
export class ListArtistsHandler implements IQueryHandler<ListArtists> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ page, minPosition }: ListArtists): Promise<Found<ArtistPage>> {
    await this.readYourWrites.reached(artists, minPosition);
    return this.models.query<ArtistPage>(artists, { sort: { by: ['name'] }, ...paged(page) });
  }
}

export class GetTrack extends Query<TrackPage | undefined> {
  constructor(
    readonly trackId: string,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(GetTrack)
export class GetTrackHandler implements IQueryHandler<GetTrack> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ trackId, minPosition }: GetTrack): Promise<TrackPage | undefined> {
    await this.readYourWrites.reached(tracks, minPosition);
    return this.models.get<TrackPage>(tracks, trackId);
  }
}

/** Returns all tracks, or those of one artist, by title in Unicode code point order. */
export class ListTracks extends Query<Found<TrackPage>> {
  constructor(
    readonly filter: { readonly artistId?: string | undefined },
    readonly page: PageRequest,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(ListTracks)
export class ListTracksHandler implements IQueryHandler<ListTracks> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ filter, page, minPosition }: ListTracks): Promise<Found<TrackPage>> {
    await this.readYourWrites.reached(tracks, minPosition);
    const { artistId } = filter;
    return this.models.query<TrackPage>(tracks, {
      where: artistId === undefined ? {} : { artistId },
      sort: { by: ['title'] },
      ...paged(page),
    });
  }
}
