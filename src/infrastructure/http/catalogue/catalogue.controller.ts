import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  ClassifyTrack,
  CorrectTrack,
  RegisterArtist,
  RegisterTrack,
} from '../../../application/catalogue/commands.js';
import { Ids } from '../../../application/ports/ids.js';
import { GetArtist, GetTrack, ListArtists, ListTracks } from '../../../application/catalogue/queries.js';
import { TRACK_KINDS } from '../../../domain/catalogue/track.js';
import type { CommandMeta } from '../../../application/streams/streams.js';
import type { ArtistPage } from '../../../projections/catalogue/artists.js';
import type { TrackPage } from '../../../projections/catalogue/tracks.js';
import { found, listFrom, receiptOf } from '../routes/responses.js';
import { Meta, MinPosition } from '../routes/parameters.js';
import { Reads, Roles, Writes } from '../routes/route.js';
import { durationMs, id, listResponse, name, page, receipt, rfc3339, time } from '../routes/shapes.js';

const kind = z
  .enum(TRACK_KINDS, `Must be one of ${TRACK_KINDS.join(', ')}.`)
  .describe('`noise`: functional sound that is not music, such as rain.');

const newArtist = z
  .strictObject({ artistId: id.optional(), name })
  .meta({ id: 'NewArtist', description: 'Without `artistId` the service chooses one.' });

const newTrack = z
  .strictObject({
    trackId: id.optional(),
    title: name,
    artistId: id,
    durationMs: durationMs.nullable().describe('Length of the recording in milliseconds; null if unknown.'),
    isrc: z
      .string()
      .min(12)
      .max(15)
      .optional()
      .describe('ISRC of the recording (ISO 3901), with or without hyphens.'),
    kind: kind.optional(),
  })
  .meta({ id: 'NewTrack', description: 'Without `trackId` the service chooses one.' });

const classification = z.strictObject({ kind }).meta({ id: 'Classification' });
const correction = z
  .strictObject({ durationMs: durationMs.describe('Length of the recording in milliseconds.') })
  .meta({ id: 'TrackCorrection' });

const artistPage = z.strictObject({ artistId: id, name, registeredAt: time }).meta({ id: 'Artist' });

const trackPage = z
  .strictObject({
    trackId: id,
    title: name,
    artistId: id,
    durationMs: durationMs.nullable().describe('Length of the recording in milliseconds; null if unknown.'),
    isrc: z.string().optional(),
    kind,
    registeredAt: time,
  })
  .meta({ id: 'Track' });

const artistParams = z.strictObject({ artistId: id });
const trackParams = z.strictObject({ trackId: id });
const artistQuery = z.strictObject(page);
const trackQuery = z.strictObject({ artistId: id.optional(), ...page });

const artistOf = (artist: ArtistPage) => ({ ...artist, registeredAt: rfc3339(artist.registeredAt) });
const trackOf = (track: TrackPage) => ({ ...track, registeredAt: rfc3339(track.registeredAt) });

/** All roles that people have. */
const ALL_ROLES = ['listener', 'label', 'finance', 'auditor', 'admin'] as const;

@ApiTags('catalogue')
@Controller('v1')
export class CatalogueController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly ids: Ids,
  ) {}

  @Post('artists')
  @Roles('label', 'admin')
  @Writes({
    summary: 'Registers an artist',
    status: 201,
    response: receipt,
    problems: ['ArtistExists', 'BadName'],
  })
  async registerArtist(
    @Body({ schema: newArtist }) { artistId, ...input }: z.infer<typeof newArtist>,
    @Meta() meta: CommandMeta,
  ) {
    const id = artistId ?? this.ids.derived('artist', meta.commandId);
    return receiptOf(await this.commands.execute(new RegisterArtist(id, input, meta)));
  }

  @Get('artists')
  @Roles(...ALL_ROLES)
  @Reads({ summary: 'Lists artists by name', query: true, response: listResponse(artistPage, 'Artists') })
  async listArtists(
    @Query({ schema: artistQuery }) query: z.infer<typeof artistQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    return listFrom(await this.queries.execute(new ListArtists(query, minPosition)), artistOf);
  }

  @Get('artists/:artistId')
  @Roles(...ALL_ROLES)
  @Reads({ summary: 'Returns an artist', response: artistPage, problems: ['ArtistNotFound'] })
  async getArtist(
    @Param({ schema: artistParams }) { artistId }: z.infer<typeof artistParams>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    const artist = await this.queries.execute(new GetArtist(artistId, minPosition));
    return artistOf(found(artist, 'ArtistNotFound'));
  }

  @Post('tracks')
  @Roles('label', 'admin')
  @Writes({
    summary: 'Registers a track of a registered artist',
    status: 201,
    response: receipt,
    problems: ['ArtistNotFound', 'TrackExists', 'BadTitle', 'BadDuration', 'BadIsrc'],
  })
  async registerTrack(
    @Body({ schema: newTrack }) { trackId, ...input }: z.infer<typeof newTrack>,
    @Meta() meta: CommandMeta,
  ) {
    const id = trackId ?? this.ids.derived('track', meta.commandId);
    return receiptOf(await this.commands.execute(new RegisterTrack(id, input, meta)));
  }

  @Post('tracks/:trackId/classification')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Classifies a track as music or noise',
    description:
      'Overrides the classification by the label. Applies from the next settlement of a month, if its ruleset is artist-centric.',
    status: 200,
    response: receipt,
    problems: ['TrackNotFound'],
  })
  async classifyTrack(
    @Param({ schema: trackParams }) { trackId }: z.infer<typeof trackParams>,
    @Body({ schema: classification }) input: z.infer<typeof classification>,
    @Meta() meta: CommandMeta,
  ) {
    return receiptOf(await this.commands.execute(new ClassifyTrack(trackId, input, meta)));
  }

  @Post('tracks/:trackId/correction')
  @Roles('finance', 'admin')
  @Writes({
    summary: 'Corrects the length of a recording',
    description:
      'Plays that start from now on use the new length. The next settlement of a month evaluates earlier plays again by ' +
      'the new length; a closed month needs a restatement with the reason METADATA.',
    status: 200,
    response: receipt,
    problems: ['TrackNotFound', 'BadDuration'],
  })
  async correctTrack(
    @Param({ schema: trackParams }) { trackId }: z.infer<typeof trackParams>,
    @Body({ schema: correction }) input: z.infer<typeof correction>,
    @Meta() meta: CommandMeta,
  ) {
    return receiptOf(await this.commands.execute(new CorrectTrack(trackId, input, meta)));
  }

  @Get('tracks')
  @Roles(...ALL_ROLES)
  @Reads({
    summary: 'Lists all tracks or those of one artist, by title',
    query: true,
    response: listResponse(trackPage, 'Tracks'),
  })
  async listTracks(
    @Query({ schema: trackQuery }) { artistId, ...query }: z.infer<typeof trackQuery>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    return listFrom(await this.queries.execute(new ListTracks({ artistId }, query, minPosition)), trackOf);
  }

  @Get('tracks/:trackId')
  @Roles(...ALL_ROLES)
  @Reads({ summary: 'Returns a track', response: trackPage, problems: ['TrackNotFound'] })
  async getTrack(
    @Param({ schema: trackParams }) { trackId }: z.infer<typeof trackParams>,
    @MinPosition() minPosition: bigint | undefined,
  ) {
    return trackOf(found(await this.queries.execute(new GetTrack(trackId, minPosition)), 'TrackNotFound'));
  }
}
