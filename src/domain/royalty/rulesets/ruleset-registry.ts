import { type Command, type Decider, type Event, type Rejection, reject } from '../../decider.js';
import { isRuleset } from './check.js';
import type { Ruleset } from './ruleset.js';

/**
 * `hash`: SHA-256, hexadecimal, of the RFC 8785 form of `ruleset`. It identifies the ruleset in the books and names its
 * stream.
 */
export type RulesetPublished = Event<
  'RulesetPublished',
  { readonly hash: string; readonly name: string; readonly ruleset: Ruleset; readonly at: number }
>;

/** `ruleset` is unchecked input; `hash` must be the hash of it. */
export type PublishRuleset = Command<
  'PublishRuleset',
  { readonly hash: string; readonly ruleset: unknown; readonly at: number }
>;

export type RulesetRejection = Rejection<'BadRuleset'>;

export type RulesetState =
  | { readonly status: 'unknown' }
  | { readonly status: 'published'; readonly ruleset: Ruleset };

const decide = (
  { data: { hash, ruleset, at } }: PublishRuleset,
  state: RulesetState,
): readonly RulesetPublished[] | RulesetRejection => {
  // The same hash means the same content.
  if (state.status === 'published') return [];
  if (!isRuleset(ruleset)) return reject('BadRuleset', 'The document is not a complete ruleset.');
  return [{ type: 'RulesetPublished', data: { hash, name: ruleset.name, ruleset, at } }];
};

const evolve = (_state: RulesetState, { data: { ruleset } }: RulesetPublished): RulesetState => ({
  status: 'published',
  ruleset,
});

/** Published rulesets. A ruleset never changes: other content has another hash and is another ruleset. */
export const rulesetRegistry: Decider<PublishRuleset, RulesetPublished, RulesetState, RulesetRejection> = {
  category: 'ruleset',
  initial: { status: 'unknown' },
  decide,
  evolve,
};
