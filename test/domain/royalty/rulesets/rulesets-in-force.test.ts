import { describe, expect, test } from '@jest/globals';
import {
  type PublishRuleset,
  rulesetRegistry,
} from '../../../../src/domain/royalty/rulesets/ruleset-registry.js';
import {
  activeIn,
  ANY,
  rulesetScope,
  scopeIdOf,
  scopesOf,
} from '../../../../src/domain/royalty/rulesets/ruleset-scope.js';
import { DEFAULT_RULESETS, PRO_RATA } from '../../../../src/domain/royalty/rulesets/defaults.js';
import { specOf } from '../../../support/specs/decider-spec.js';

const at = 1_790_812_800_000;
const hash = 'a'.repeat(64);

describe('a ruleset', () => {
  const given = specOf(rulesetRegistry);
  const publish = (ruleset: unknown, when = at): PublishRuleset => ({
    type: 'PublishRuleset',
    data: { hash, ruleset, at: when },
  });
  const published = {
    type: 'RulesetPublished',
    data: { hash, name: PRO_RATA.name, ruleset: PRO_RATA, at },
  } as const;

  test('is published under its hash', () => given().when(publish(PRO_RATA)).then(published));
  test('is published once', () =>
    given(published)
      .when(publish(PRO_RATA, at + 1))
      .thenNothing());
  test.each(DEFAULT_RULESETS.map((ruleset) => [ruleset.name, ruleset] as const))(
    'that is shipped can be published: %s',
    (_name, ruleset) => given().when(publish(ruleset)).thenIsIdempotent(),
  );
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a list', []],
    ['a ruleset without a field', { ...PRO_RATA, sharing: undefined }],
    ['a ruleset with a field too many', { ...PRO_RATA, bonus: 1 }],
    ['a rate outside its range', { ...PRO_RATA, sharing: { model: 'proRata', distributablePpm: 1_000_001 } }],
  ])('is not %s', (_what, ruleset) => given().when(publish(ruleset)).thenRejected('BadRuleset'));
});

describe('the ruleset of a period', () => {
  const given = specOf(rulesetScope);
  const activated = (from: string, byHash = hash, when = at) =>
    ({
      type: 'RulesetActivated',
      data: { offering: 'premium', territory: ANY, from, hash: byHash, at: when },
    }) as const;
  const activate = (from: string, byHash = hash, when = at) =>
    ({ ...activated(from, byHash, when), type: 'ActivateRuleset' }) as const;

  test('is activated from a month on', () => given().when(activate('2026-10')).then(activated('2026-10')));
  test('is activated once', () =>
    given(activated('2026-10'))
      .when(activate('2026-10', hash, at + 1))
      .thenNothing());
  test('is replaced by a later activation', () =>
    given(activated('2026-10')).when(activate('2026-10', 'b')).then(activated('2026-10', 'b')));

  test('is the latest one in effect', () => {
    const facts = [activated('2026-10', 'c'), activated('2026-01', 'a'), activated('2026-10', 'b')];
    const state = facts.reduce(rulesetScope.evolve, rulesetScope.initial);
    expect(
      ['2025-12', '2026-01', '2026-09', '2026-10', '2027-03'].map((month) => activeIn(state, month)),
    ).toEqual([undefined, 'a', 'a', 'b', 'b']);
  });
  test('is taken from the most specific scope', () =>
    expect(scopesOf({ offering: 'premium', territory: 'DE', month: '2026-10' }).map(scopeIdOf)).toEqual([
      'premium.DE',
      'premium.*',
      '*.DE',
      '*.*',
    ]));
});
