import { z } from 'zod';
import type { RulesetPublished } from '../../../domain/royalty/rulesets/ruleset-registry.js';
import { ANY, type RulesetActivated } from '../../../domain/royalty/rulesets/ruleset-scope.js';
import { isRuleset } from '../../../domain/royalty/rulesets/check.js';
import type { Ruleset } from '../../../domain/royalty/rulesets/ruleset.js';
import type { ShapesOf } from '../event-shape.js';
import { instant, month, name, offering, sha256, territory } from '../fields.js';

/** Checked by the domain's own list of what is wrong, which zod can only be told about. */
const ruleset = z.looseObject({}).refine(isRuleset) as unknown as z.ZodType<Ruleset>;

export const rulesetShapes = {
  RulesetPublished: {
    summary: 'A set of rules by which plays become money. It never changes.',
    schema: z.strictObject({
      hash: sha256('Of the RFC 8785 form of the ruleset.'),
      name: name('For people.'),
      ruleset: ruleset.describe(
        'The rules as data: counting, sharing, eligibility, penalties, integrity, closing.',
      ),
      at: instant('When.'),
    }),
    // Version 1 knew no table of distances (F6), version 2 no least length of noise (R9): absent where there is none.
    upcasters: [(old) => old, (old) => old],
  },
} satisfies ShapesOf<RulesetPublished>;

const any = z.literal(ANY);

export const rulesetScopeShapes = {
  RulesetActivated: {
    summary:
      'From a month on, the periods of a scope are settled by a ruleset. The latest word on a month holds.',
    schema: z.strictObject({
      offering: z.union([any, offering]).describe('The offering, or `*` for every one.'),
      territory: z.union([any, territory]).describe('The territory, or `*` for every one.'),
      from: month('The first month.'),
      hash: sha256('Which ruleset.'),
      at: instant('When.'),
    }),
  },
} satisfies ShapesOf<RulesetActivated>;
