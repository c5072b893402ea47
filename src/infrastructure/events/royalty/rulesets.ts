import { z } from 'zod';
import type { RulesetPublished } from '../../../domain/royalty/rulesets/ruleset-registry.js';
import { ANY, type RulesetActivated } from '../../../domain/royalty/rulesets/ruleset-scope.js';
import { isRuleset } from '../../../domain/royalty/rulesets/check.js';
import type { Ruleset } from '../../../domain/royalty/rulesets/ruleset.js';
import type { ShapesOf } from '../event-shape.js';
import {
  instantField,
  monthField,
  nameField,
  offeringField,
  sha256Field,
  territoryField,
} from '../fields.js';

/** Checked by the domain's own list of what is wrong, which zod can only be told about. */
const ruleset = z.looseObject({}).refine(isRuleset) as unknown as z.ZodType<Ruleset>;

export const rulesetShapes = {
  RulesetPublished: {
    summary: 'A set of rules by which plays become money. It never changes.',
    schema: z.strictObject({
      hash: sha256Field('Of the RFC 8785 form of the ruleset.'),
      name: nameField('For people.'),
      ruleset: ruleset.describe(
        'The rules as data: counting, sharing, eligibility, penalties, integrity, closing.',
      ),
      at: instantField('When.'),
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
      offering: z.union([any, offeringField]).describe('The offering, or `*` for every one.'),
      territory: z.union([any, territoryField]).describe('The territory, or `*` for every one.'),
      from: monthField('The first month.'),
      hash: sha256Field('Which ruleset.'),
      at: instantField('When.'),
    }),
  },
} satisfies ShapesOf<RulesetActivated>;
