import type { RulesetPublished } from '../../domain/royalty/rulesets/ruleset-registry.js';
import { type RulesetActivated, scopeIdOf } from '../../domain/royalty/rulesets/ruleset-scope.js';
import type { Ruleset } from '../../domain/royalty/rulesets/ruleset.js';
import type { Month } from '../../domain/shared/calendar.js';
import type { Projection } from '../projection.js';

export type RulesetPage = {
  readonly hash: string;
  readonly name: string;
  readonly ruleset: Ruleset;
  readonly publishedAt: number;
};

/** One document for each ruleset; by name. */
export const rulesets: Projection<RulesetPublished, RulesetPage> = {
  name: 'rulesets',
  version: 1,
  kind: 'money',
  handles: ['RulesetPublished'],
  fields: { name: 'text' },
  indexes: [['name']],
  keysOf: ({ data }) => [data.hash],
  apply: (_document, { data: { hash, name, ruleset, at } }) => ({
    put: { hash, name, ruleset, publishedAt: at },
  }),
};

export type RulesetActivation = {
  /** `*`: every one. */
  readonly offering: string;
  readonly territory: string;
  readonly from: Month;
  readonly hash: string;
  readonly activatedAt: number;
};

/** One document for each scope and month, with the latest activation; by month, by ruleset. */
export const rulesetActivations: Projection<RulesetActivated, RulesetActivation> = {
  name: 'ruleset-activations',
  version: 1,
  kind: 'money',
  handles: ['RulesetActivated'],
  fields: { offering: 'text', territory: 'text', from: 'text', hash: 'text' },
  indexes: [['from'], ['hash', 'from']],
  keysOf: ({ data }) => [`${scopeIdOf(data)}|${data.from}`],
  apply: (_document, { data: { at, ...activation } }) => ({ put: { ...activation, activatedAt: at } }),
};
