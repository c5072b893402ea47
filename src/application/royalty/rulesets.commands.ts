import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { reject } from '../../domain/decider.js';
import { rulesetRegistry } from '../../domain/royalty/rulesets/ruleset-registry.js';
import { rulesetScope, type Scope, scopeIdOf } from '../../domain/royalty/rulesets/ruleset-scope.js';
import type { Ruleset } from '../../domain/royalty/rulesets/ruleset.js';
import type { Month } from '../../domain/shared/calendar.js';
import { hashOfRuleset } from '../../domain/royalty/rulesets/ruleset-hash.js';
import { CommandRejected } from '../streams/command-rejected.js';
import { Digests } from '../ports/digests.js';
import { type CommandMeta, type Receipt, Streams } from '../streams/streams.js';

/** Publishes a ruleset. The receipt's id is the hash of the ruleset. */
export class PublishRuleset extends Command<Receipt> {
  constructor(
    readonly ruleset: Ruleset,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(PublishRuleset)
export class PublishRulesetHandler implements ICommandHandler<PublishRuleset> {
  constructor(
    private readonly streams: Streams,
    private readonly digests: Digests,
  ) {}

  execute({ ruleset, meta }: PublishRuleset): Promise<Receipt> {
    const hash = hashOfRuleset(this.digests, ruleset);
    const data = { hash, ruleset, at: meta.at };
    return this.streams.transact(rulesetRegistry, hash, { type: 'PublishRuleset', data }, meta);
  }
}

export class ActivateRuleset extends Command<Receipt> {
  constructor(
    readonly hash: string,
    readonly input: Scope & { readonly from: Month },
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(ActivateRuleset)
export class ActivateRulesetHandler implements ICommandHandler<ActivateRuleset> {
  constructor(private readonly streams: Streams) {}

  async execute({ hash, input, meta }: ActivateRuleset): Promise<Receipt> {
    const { state } = await this.streams.load(rulesetRegistry, hash);
    if (state.status === 'unknown')
      throw new CommandRejected(reject('RulesetNotFound', 'No ruleset with this hash is published.'));
    const data = { ...input, hash, at: meta.at };
    return this.streams.transact(rulesetScope, scopeIdOf(input), { type: 'ActivateRuleset', data }, meta);
  }
}
