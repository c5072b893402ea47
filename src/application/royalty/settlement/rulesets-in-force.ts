import { Injectable } from '@nestjs/common';
import { reject } from '../../../domain/decider.js';
import type { Period } from '../../../domain/royalty/periods/period-id.js';
import { rulesetRegistry } from '../../../domain/royalty/rulesets/ruleset-registry.js';
import { PRO_RATA } from '../../../domain/royalty/rulesets/defaults.js';
import {
  mechanicalRatesIn,
  performanceRateIn,
  type Ruleset,
} from '../../../domain/royalty/rulesets/ruleset.js';
import { CommandRejected } from '../../streams/command-rejected.js';
import { hashOfRuleset } from '../../../domain/royalty/rulesets/ruleset-hash.js';
import { Digests } from '../../ports/digests.js';
import { Ids } from '../../ports/ids.js';
import { type CommandMeta, Streams } from '../../streams/streams.js';
import { SettlementLog } from './settlement-log.js';

export type RulesetInForce = { readonly hash: string; readonly ruleset: Ruleset };

/** Finds the ruleset that settles a period: the one in force, else the default. */
@Injectable()
export class RulesetsInForce {
  constructor(
    private readonly streams: Streams,
    private readonly log: SettlementLog,
    private readonly digests: Digests,
    private readonly ids: Ids,
  ) {}

  async of(period: Period): Promise<RulesetInForce> {
    const inForce = await this.log.rulesetInForce(period);
    const ruleset = inForce === undefined ? PRO_RATA : await this.log.ruleset(inForce);
    if (!ruleset)
      throw new CommandRejected(reject('RulesetNotFound', 'No ruleset with this hash is published.'));
    if (!hasRates(ruleset, period))
      throw new CommandRejected(
        reject('RatesMissing', `The ruleset has no rates for ${period.month.slice(0, 4)}.`),
      );
    return { hash: inForce ?? hashOfRuleset(this.digests, ruleset), ruleset };
  }

  /** Publishes the default ruleset before its first use, because settlements refer only to published rulesets. */
  async publish({ hash, ruleset }: RulesetInForce, { at }: CommandMeta): Promise<void> {
    const commandId = this.ids.derived('default-ruleset', hash);
    const meta = { commandId, commandHash: hash, actor: ACTOR, at };
    const data = { hash, ruleset, at };
    await this.streams.transact(rulesetRegistry, hash, { type: 'PublishRuleset', data }, meta);
  }
}

/** Actor of events that follow from a person's command. */
export const ACTOR = 'process:settlement';

const hasRates = ({ sharing }: Ruleset, { month }: Period): boolean => {
  const year = Number(month.slice(0, 4));
  switch (sharing.model) {
    case 'usMechanical':
      return mechanicalRatesIn(sharing.rates, year) !== undefined;
    case 'perPerformance':
      return performanceRateIn(sharing.rates, year) !== undefined;
    case 'proRata':
    case 'userCentric':
    case 'artistCentric':
      return true;
  }
};
