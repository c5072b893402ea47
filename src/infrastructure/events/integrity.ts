import { z } from 'zod';
import { CASE_RULES, type CaseEvent, SUBJECT_KINDS } from '../../domain/integrity/case.js';
import type { ShapesOf } from './event-shape.js';
import { idField, instantField, positionField, ppmField, sha256Field } from './fields.js';

export const caseShapes = {
  CaseOpened: {
    summary: 'A case was opened. The money of its subject is held.',
    schema: z.strictObject({
      rule: z
        .enum(CASE_RULES)
        .describe(
          'Number of the rule; `MODEL` if a model raised the suspicion; `CONFLICTING_REPORT` if a device contradicted itself (R15).',
        ),
      rulesVersion: sha256Field('Ruleset with the parameters of the rule.'),
      periodId: idField('Period in which money is held.'),
      subject: z
        .strictObject({ kind: z.enum(SUBJECT_KINDS), id: idField('Track, listener, play or device.') })
        .describe('Subject of the suspicion: its kind and id.'),
      evidenceHash: sha256Field('Evidence of the case.'),
      fence: positionField(
        'Last event that was examined, or the report that contradicts another; absent if a person opened the case.',
      ).exactOptional(),
      at: instantField('Time of recording.'),
    }),
    // Version 2 added the rule MODEL, version 3 CONFLICTING_REPORT.
    upcasters: [(old) => old, (old) => old],
  },
  ModelScoreRecorded: {
    summary:
      'The score of a model for the case was recorded, so that a replay does not run the model. It moves no money.',
    schema: z.strictObject({
      model: idField('Model.'),
      version: idField('Version of the model.'),
      score: ppmField('Confidence of the model.'),
      at: instantField('Time of recording.'),
    }),
  },
  CaseDecided: {
    summary: 'A person confirmed the suspicion or released the held money.',
    schema: z.strictObject({
      decision: z.enum(['confirm', 'release']).describe('Decision.'),
      by: idField('Person who decided: subject of the access token.'),
      at: instantField('Time of recording.'),
    }),
  },
} satisfies ShapesOf<CaseEvent>;
