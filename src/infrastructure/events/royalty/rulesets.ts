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

/** Checked by the domain rather than by a zod schema. */
const ruleset = z.looseObject({}).refine(isRuleset) as unknown as z.ZodType<Ruleset>;

export const rulesetShapes = {
  RulesetPublished: {
    summary: 'A ruleset was published. Rulesets never change.',
    schema: z.strictObject({
      hash: sha256Field('Canonical JSON (RFC 8785) of the ruleset.'),
      name: nameField('Name of the ruleset.'),
      ruleset: ruleset.describe(
        'The rules as data: counting, sharing, eligibility, penalties, integrity, closing.',
      ),
      at: instantField('Time of recording.'),
    }),
    // Version 2 added the table of distances (F6), version 3 the least length of noise (R9). Both are optional.
    upcasters: [(old) => old, (old) => old],
  },
} satisfies ShapesOf<RulesetPublished>;

const any = z.literal(ANY);

export const rulesetScopeShapes = {
  RulesetActivated: {
    summary:
      'A ruleset was activated for the periods of a scope from a month on. The latest activation of a month applies.',
    schema: z.strictObject({
      offering: z.union([any, offeringField]).describe('Offering, or `*` for all.'),
      territory: z
        .union([any, territoryField])
        .describe('Territory: ISO 3166-1 alpha-2 code, or `*` for all.'),
      from: monthField('First month.'),
      hash: sha256Field('Ruleset.'),
      at: instantField('Time of recording.'),
    }),
  },
} satisfies ShapesOf<RulesetActivated>;
