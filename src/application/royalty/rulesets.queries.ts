import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import {
  type RulesetActivation,
  rulesetActivations,
  type RulesetPage,
  rulesets,
} from '../../projections/royalty/rulesets.js';
import { ReadYourWrites } from '../projecting/read-your-writes.js';
import { type Found, ReadModels } from '../ports/read-models.js';
import { paged, type PageRequest, where } from '../projecting/page.js';

export class GetRuleset extends Query<RulesetPage | undefined> {
  constructor(
    readonly hash: string,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(GetRuleset)
export class GetRulesetHandler implements IQueryHandler<GetRuleset> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ hash, minPosition }: GetRuleset): Promise<RulesetPage | undefined> {
    await this.readYourWrites.reached(rulesets, minPosition);
    return this.models.get<RulesetPage>(rulesets, hash);
  }
}

/** Lists rulesets by name, in order of Unicode code points. */
export class ListRulesets extends Query<Found<RulesetPage>> {
  constructor(
    readonly page: PageRequest,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(ListRulesets)
export class ListRulesetsHandler implements IQueryHandler<ListRulesets> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ page, minPosition }: ListRulesets): Promise<Found<RulesetPage>> {
    await this.readYourWrites.reached(rulesets, minPosition);
    return this.models.query<RulesetPage>(rulesets, {
      sort: { by: ['name'] },
      ...paged(page),
    });
  }
}

/** Lists activations, the latest month first: all, or those of one ruleset. */
export class ListActivations extends Query<Found<RulesetActivation>> {
  constructor(
    readonly filter: { readonly hash?: string | undefined },
    readonly page: PageRequest,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(ListActivations)
export class ListActivationsHandler implements IQueryHandler<ListActivations> {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  async execute({ filter, page, minPosition }: ListActivations): Promise<Found<RulesetActivation>> {
    await this.readYourWrites.reached(rulesetActivations, minPosition);
    return this.models.query<RulesetActivation>(rulesetActivations, {
      where: where(filter),
      sort: { by: ['from'], descending: true },
      ...paged(page),
    });
  }
}
