import { z } from 'zod';
import { CASE_RULES, type CaseEvent, SUBJECT_KINDS } from '../../domain/integrity/case.js';
import type { ShapesOf } from './event-shape.js';
import { idField, instantField, positionField, ppmField, sha256Field } from './fields.js';

export const caseShapes = {
  CaseOpened: {
    summary: 'A rule raised a suspicion: the money of what it is about is held.',
    schema: z.strictObject({
      rule: z
        .enum(CASE_RULES)
        .describe(
          'Number of the rule; `MODEL` where a model raised it, whose score is recorded; `CONFLICTING_REPORT` where a device contradicted itself (R15).',
        ),
      rulesVersion: sha256Field('The ruleset that has its parameters.'),
      periodId: idField('The period whose money is held.'),
      subject: z
        .strictObject({ kind: z.enum(SUBJECT_KINDS), id: idField('Which one.') })
        .describe('What it is about.'),
      evidenceHash: sha256Field('What it rests on.'),
      fence: positionField(
        'Up to which plays were examined, or of the report that contradicts another; absent where a person brought the case in.',
      ).exactOptional(),
      at: instantField('When.'),
    }),
    // Version 1 knew no cases that a model raised, version 2 none about contradicting reports.
    upcasters: [(old) => old, (old) => old],
  },
  ModelScoreRecorded: {
    summary: 'What a model said of the case, so that a replay need not ask it. It moves no money.',
    schema: z.strictObject({
      model: idField('The model.'),
      version: idField('Its version.'),
      score: ppmField('How sure it is.'),
      at: instantField('When.'),
    }),
  },
  CaseDecided: {
    summary: 'A person decided: the suspicion is confirmed, or what was held is released.',
    schema: z.strictObject({
      decision: z.enum(['confirm', 'release']).describe('Which.'),
      by: idField('The person, as the access token names it.'),
      at: instantField('When.'),
    }),
  },
} satisfies ShapesOf<CaseEvent>;
