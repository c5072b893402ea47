import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { artist } from '../../domain/catalogue/artist.js';
import { track } from '../../domain/catalogue/track.js';
import { reject } from '../../domain/decider.js';
import { CommandRejected } from '../command-rejected.js';
import { type CommandMeta, type Receipt, Streams } from '../streams.js';

export class RegisterArtist extends Command<Receipt> {
  constructor(
    readonly artistId: string,
    readonly input: { readonly name: string },
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(RegisterArtist)
export class RegisterArtistHandler implements ICommandHandler<RegisterArtist> {
  constructor(private readonly streams: Streams) {}

  execute({ artistId, input, meta }: RegisterArtist): Promise<Receipt> {
    return this.streams.transact(
      artist,
      artistId,
      { type: 'RegisterArtist', data: { ...input, at: meta.at } },
      meta,
    );
  }
}

export class RegisterTrack extends Command<Receipt> {
  constructor(
    readonly trackId: string,
    readonly input: {
      readonly title: string;
      readonly artistId: string;
      /** Null when the length is not known. */
      readonly durationMs: number | null;
      readonly isrc?: string | undefined;
    },
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(RegisterTrack)
export class RegisterTrackHandler implements ICommandHandler<RegisterTrack> {
  constructor(private readonly streams: Streams) {}

  async execute({ trackId, input, meta }: RegisterTrack): Promise<Receipt> {
    const { isrc, ...content } = input;
    const { state } = await this.streams.load(artist, content.artistId);
    if (state.status === 'unknown')
      throw new CommandRejected(reject('ArtistNotFound', `There is no artist ${content.artistId}.`));

    const data = { ...content, ...(isrc === undefined ? {} : { isrc }), at: meta.at };
    return this.streams.transact(track, trackId, { type: 'RegisterTrack', data }, meta);
  }
}

export const catalogueHandlers = [RegisterArtistHandler, RegisterTrackHandler];
