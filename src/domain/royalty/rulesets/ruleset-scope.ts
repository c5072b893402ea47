import type { Command, Decider, Event, Rejection } from '../../decider.js';
import type { Month } from '../../shared/calendar.js';
import type { Period } from '../periods/period-id.js';

/** Wildcard: every offering, or every territory. */
export const ANY = '*';

/** Where a ruleset applies; `ANY` is allowed for either. */
export type Scope = { readonly offering: string; readonly territory: string };

export type RulesetActivated = Event<
  'RulesetActivated',
  Scope & { readonly from: Month; readonly hash: string; readonly at: number }
>;

/** The caller checks that the ruleset is published. */
export type ActivateRuleset = Command<'ActivateRuleset', RulesetActivated['data']>;

/** Activations, each in force from its month, in order of month. */
export type RulesetScopeState = readonly { readonly from: Month; readonly hash: string }[];

const decide = ({ data }: ActivateRuleset, state: RulesetScopeState): readonly RulesetActivated[] =>
  state.some(({ from, hash }) => from === data.from && hash === data.hash)
    ? []
    : [{ type: 'RulesetActivated', data }];

/** A later activation for the same month replaces the earlier one. Closed periods keep the ruleset that closed them. */
const evolve = (state: RulesetScopeState, { data: { from, hash } }: RulesetActivated): RulesetScopeState => [
  ...state.filter((activation) => activation.from < from),
  { from, hash },
  ...state.filter((activation) => activation.from > from),
];

export const rulesetScope: Decider<ActivateRuleset, RulesetActivated, RulesetScopeState, Rejection<never>> = {
  category: 'rulescope',
  initial: [],
  decide,
  evolve,
};

/** Stream id of a scope. Offerings contain no dot. */
export const scopeIdOf = ({ offering, territory }: Scope): string => `${offering}.${territory}`;

/** The scopes that cover a period, the most specific first. */
export const scopesOf = ({ offering, territory }: Period): readonly Scope[] => [
  { offering, territory },
  { offering, territory: ANY },
  { offering: ANY, territory },
  { offering: ANY, territory: ANY },
];

/** Hash of the scope's ruleset in force in a month: of the latest activation that is not after it. */
export const activeIn = (state: RulesetScopeState, month: Month): string | undefined =>
  state.findLast(({ from }) => from <= month)?.hash;
