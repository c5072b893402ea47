import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { artist } from '../../domain/catalogue/artist.js';
import { track, type TrackKind } from '../../domain/catalogue/track.js';
import { reject } from '../../domain/decider.js';
import { CommandRejected } from '../streams/command-rejected.js';
import { type CommandMeta, type Receipt, Streams } from '../streams/streams.js';

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
      /** `music` when absent. */
      readonly kind?: TrackKind | undefined;
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
    const { isrc, kind = 'music', ...content } = input;
    const { state } = await this.streams.load(artist, content.artistId);
    if (state.status === 'unknown')
      throw new CommandRejected(reject('ArtistNotFound', `There is no artist ${content.artistId}.`));

    const data = { ...content, ...(isrc === undefined ? {} : { isrc }), kind, at: meta.at };
    return this.streams.transact(track, trackId, { type: 'RegisterTrack', data }, meta);
  }
}

/** Sets the kind of a registered track, whatever its label registered. The next settlement of a month uses it. */
export class ClassifyTrack extends Command<Receipt> {
  constructor(
    readonly trackId: string,
    readonly input: { readonly kind: TrackKind },
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(ClassifyTrack)
export class ClassifyTrackHandler implements ICommandHandler<ClassifyTrack> {
  constructor(private readonly streams: Streams) {}

  execute({ trackId, input, meta }: ClassifyTrack): Promise<Receipt> {
    const data = { ...input, at: meta.at };
    return this.streams.transact(track, trackId, { type: 'ClassifyTrack', data }, meta);
  }
}

/** Corrects the length of a recording. It applies to new settlements, and to past plays when a month is restated. */
export class CorrectTrack extends Command<Receipt> {
  constructor(
    readonly trackId: string,
    readonly input: { readonly durationMs: number },
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(CorrectTrack)
export class CorrectTrackHandler implements ICommandHandler<CorrectTrack> {
  constructor(private readonly streams: Streams) {}

  execute({ trackId, input, meta }: CorrectTrack): Promise<Receipt> {
    const data = { ...input, at: meta.at };
    return this.streams.transact(track, trackId, { type: 'CorrectTrack', data }, meta);
  }
}
