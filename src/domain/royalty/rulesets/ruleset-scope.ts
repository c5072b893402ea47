import type { Command, Decider, Event, Rejection } from '../../decider.js';
import type { Month } from '../../shared/calendar.js';
import type { Period } from '../periods/period-id.js';

/** Every offering, or every territory. */
export const ANY = '*';

/** `ANY` for either. */
export type Scope = { readonly offering: string; readonly territory: string };

export type RulesetActivated = Event<
  'RulesetActivated',
  Scope & { readonly from: Month; readonly hash: string; readonly at: number }
>;

/** That the ruleset is published is for the caller to see to. */
export type ActivateRuleset = Command<'ActivateRuleset', RulesetActivated['data']>;

/** What is in force from which month on, in order of time. */
export type RulesetScopeState = readonly { readonly from: Month; readonly hash: string }[];

const decide = ({ data }: ActivateRuleset, state: RulesetScopeState): readonly RulesetActivated[] =>
  state.some(({ from, hash }) => from === data.from && hash === data.hash)
    ? []
    : [{ type: 'RulesetActivated', data }];

/** A later word on the same month replaces the earlier: closed periods keep the ruleset that they were closed by. */
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

/** Names the stream of a scope: offerings hold no dot. */
export const scopeIdOf = ({ offering, territory }: Scope): string => `${offering}.${territory}`;

/** The scopes that speak for a period, the most specific first. */
export const scopesOf = ({ offering, territory }: Period): readonly Scope[] => [
  { offering, territory },
  { offering, territory: ANY },
  { offering: ANY, territory },
  { offering: ANY, territory: ANY },
];

/** The hash of the ruleset that a scope has in force in a month: the latest activation that has begun. */
export const activeIn = (state: RulesetScopeState, month: Month): string | undefined =>
  state.findLast(({ from }) => from <= month)?.hash;
