import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { reject } from '../../domain/decider.js';
import { type AccountCommand, payeeAccount } from '../../domain/royalty/payees/payee-account.js';
import { accountIdOf, type AccountKey } from '../../domain/royalty/payees/payee-journals.js';
import { isCurrency } from '../../domain/shared/currency.js';
import type { Micros } from '../../domain/shared/money.js';
import { CommandRejected } from '../streams/command-rejected.js';
import { personOf } from '../streams/person.js';
import { MoneyProjections } from './settlement/money-projections.js';
import { type CommandMeta, type Receipt, Streams } from '../streams/streams.js';

export class AgreeTerms extends Command<Receipt> {
  constructor(
    readonly account: AccountKey,
    readonly minPayout: Micros,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(AgreeTerms)
export class AgreeTermsHandler implements ICommandHandler<AgreeTerms> {
  constructor(private readonly streams: Streams) {}

  async execute({ account, minPayout, meta }: AgreeTerms): Promise<Receipt> {
    return change(this.streams, account, { type: 'AgreeTerms', data: { minPayout, at: meta.at } }, meta);
  }
}

export class GrantAdvance extends Command<Receipt> {
  constructor(
    readonly account: AccountKey,
    readonly input: { readonly advanceId: string; readonly amount: Micros },
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(GrantAdvance)
export class GrantAdvanceHandler implements ICommandHandler<GrantAdvance> {
  constructor(private readonly streams: Streams) {}

  async execute({ account, input, meta }: GrantAdvance): Promise<Receipt> {
    const data = { ...account, ...input, at: meta.at };
    return change(this.streams, account, { type: 'GrantAdvance', data }, meta);
  }
}

/** Reverses an advance that was a mistake or was paid back. */
export class ReverseAdvance extends Command<Receipt> {
  constructor(
    readonly account: AccountKey,
    readonly input: { readonly advanceId: string; readonly reason: string },
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(ReverseAdvance)
export class ReverseAdvanceHandler implements ICommandHandler<ReverseAdvance> {
  constructor(private readonly streams: Streams) {}

  async execute({ account, input, meta }: ReverseAdvance): Promise<Receipt> {
    const data = { ...account, ...input, at: meta.at };
    return change(this.streams, account, { type: 'ReverseAdvance', data }, meta);
  }
}

export class ProposePayout extends Command<Receipt> {
  constructor(
    readonly account: AccountKey,
    readonly payoutId: string,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(ProposePayout)
export class ProposePayoutHandler implements ICommandHandler<ProposePayout> {
  constructor(private readonly streams: Streams) {}

  async execute({ account, payoutId, meta }: ProposePayout): Promise<Receipt> {
    const data = { payoutId, currency: account.currency, by: personOf(meta), at: meta.at };
    return change(this.streams, account, { type: 'ProposePayout', data }, meta);
  }
}

export class ReleasePayout extends Command<Receipt> {
  constructor(
    readonly account: AccountKey,
    readonly payoutId: string,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(ReleasePayout)
export class ReleasePayoutHandler implements ICommandHandler<ReleasePayout> {
  constructor(
    private readonly streams: Streams,
    private readonly money: MoneyProjections,
  ) {}

  /** No payout leaves while a projection of money has stopped, for example because accounts and ledger differ. */
  async execute({ account, payoutId, meta }: ReleasePayout): Promise<Receipt> {
    this.money.assertRunning();
    const data = { ...account, payoutId, by: personOf(meta), at: meta.at };
    return change(this.streams, account, { type: 'ReleasePayout', data }, meta);
  }
}

export class FailPayout extends Command<Receipt> {
  constructor(
    readonly account: AccountKey,
    readonly input: { readonly payoutId: string; readonly reason: string },
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(FailPayout)
export class FailPayoutHandler implements ICommandHandler<FailPayout> {
  constructor(private readonly streams: Streams) {}

  async execute({ account, input, meta }: FailPayout): Promise<Receipt> {
    const data = { ...account, ...input, at: meta.at };
    return change(this.streams, account, { type: 'FailPayout', data }, meta);
  }
}

const change = (
  streams: Streams,
  account: AccountKey,
  command: AccountCommand,
  meta: CommandMeta,
): Promise<Receipt> => {
  if (!isCurrency(account.currency))
    throw new CommandRejected(reject('UnknownCurrency', 'The currency is not in ISO 4217.'));
  return streams.transact(payeeAccount, accountIdOf(account), command, meta);
};
