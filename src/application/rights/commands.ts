import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { track } from '../../domain/catalogue/track.js';
import { reject } from '../../domain/decider.js';
import { claims } from '../../domain/rights/claims.js';
import type { Claimed, Resolution } from '../../domain/rights/rights-events.js';
import { CommandRejected } from '../streams/command-rejected.js';
import { type CommandMeta, type Receipt, Streams } from '../streams/streams.js';

export class ClaimShares extends Command<Receipt> {
  constructor(
    readonly trackId: string,
    readonly input: Claimed,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(ClaimShares)
export class ClaimSharesHandler implements ICommandHandler<ClaimShares> {
  constructor(private readonly streams: Streams) {}

  async execute({ trackId, input, meta }: ClaimShares): Promise<Receipt> {
    const { state } = await this.streams.load(track, trackId);
    if (state.status === 'unknown')
      throw new CommandRejected(reject('TrackNotFound', `There is no track ${trackId}.`));
    const data = { ...input, at: meta.at };
    return this.streams.transact(claims, trackId, { type: 'ClaimShares', data }, meta);
  }
}

export class ResolveDispute extends Command<Receipt> {
  constructor(
    readonly trackId: string,
    readonly input: Resolution,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(ResolveDispute)
export class ResolveDisputeHandler implements ICommandHandler<ResolveDispute> {
  constructor(private readonly streams: Streams) {}

  execute({ trackId, input, meta }: ResolveDispute): Promise<Receipt> {
    const data = { ...input, at: meta.at };
    return this.streams.transact(claims, trackId, { type: 'ResolveDispute', data }, meta);
  }
}
