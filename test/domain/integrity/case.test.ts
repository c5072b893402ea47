import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { isRejection } from '../../../src/domain/decider.js';
import {
  type CaseCommand,
  type CaseEvent,
  type CaseOpened,
  type Decision,
  integrityCase,
  SCORES_MAX,
} from '../../../src/domain/integrity/case.js';
import { specOf } from '../../support/specs/decider-spec.js';

const at = 1_793_500_000_000;
const given = specOf(integrityCase);

const content: CaseOpened['data'] = {
  rule: 'F7',
  rulesVersion: 'a'.repeat(64),
  periodId: 'premium.DE.2026-10',
  subject: { kind: 'track', id: 't1' },
  evidenceHash: 'b'.repeat(64),
  at,
};
const opened: CaseEvent = { type: 'CaseOpened', data: content };
const open = (over: Partial<CaseOpened['data']> = {}): CaseCommand => ({
  type: 'OpenCase',
  data: { ...content, ...over },
});
const scored = (score: number, version = '1'): CaseEvent => ({
  type: 'ModelScoreRecorded',
  data: { model: 'm', version, score, at },
});
const score = (ppm: number, version = '1'): CaseCommand => ({
  type: 'RecordModelScore',
  data: { model: 'm', version, score: ppm, at },
});
const decided = (decision: Decision): CaseEvent => ({
  type: 'CaseDecided',
  data: { decision, by: 'ada', at },
});
const decide = (decision: Decision, by = 'ada'): CaseCommand => ({
  type: 'DecideCase',
  data: { decision, by, at },
});

describe('a case', () => {
  test('is opened by a rule', () => given().when(open()).then(opened));
  test('is opened once', () =>
    given(opened)
      .when(open({ at: at + 1 }))
      .thenNothing());
  test.each<Partial<CaseOpened['data']>>([
    { rule: 'F8' },
    { periodId: 'premium.FR.2026-10' },
    { subject: { kind: 'track', id: 't2' } },
    { subject: { kind: 'play', id: 't1' } },
    { evidenceHash: 'c'.repeat(64) },
    { rulesVersion: 'c'.repeat(64) },
  ])('cannot be changed: %j', (over) => given(opened).when(open(over)).thenRejected('CaseExists'));

  test('records the score of a model', () => given(opened).when(score(900_000)).then(scored(900_000)));
  test('records a score once for each version', () => {
    given(opened, scored(900_000)).when(score(900_000)).thenNothing();
    given(opened, scored(900_000)).when(score(1)).thenRejected('ReportedOtherwise');
    given(opened, scored(900_000)).when(score(1, '2')).then(scored(1, '2'));
  });
  test.each([-1, 1_000_001, 0.5])('refuses a score of %d ppm', (ppm) =>
    given(opened).when(score(ppm)).thenRejected('BadScore'),
  );
  test(`accepts ${SCORES_MAX} scores`, () =>
    given(opened, ...Array.from({ length: SCORES_MAX }, (_, i) => scored(1, `v${i}`)))
      .when(score(1))
      .thenRejected('TooManyScores'));

  test('is decided by a person', () => given(opened).when(decide('confirm')).then(decided('confirm')));
  test('is decided once', () => {
    given(opened, decided('confirm')).when(decide('confirm', 'bob')).thenNothing();
    given(opened, decided('confirm')).when(decide('release')).thenRejected('CaseIsDecided');
    given(opened, decided('confirm')).when(score(1)).thenRejected('CaseIsDecided');
  });
  test('that was not opened is neither scored nor decided', () => {
    given().when(score(1)).thenRejected('CaseNotFound');
    given().when(decide('release')).thenRejected('CaseNotFound');
  });
});

test('whatever happens, a decision stays', () => {
  const command: fc.Arbitrary<CaseCommand> = fc.constantFrom(
    open(),
    open({ rule: 'F1' }),
    score(1),
    score(2),
    score(2, '2'),
    decide('confirm'),
    decide('release'),
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
      let state = integrityCase.initial;
      const decisions: CaseEvent[] = [];
      for (const one of commands) {
        const outcome = integrityCase.decide(one, state);
        if (isRejection(outcome)) continue;
        decisions.push(...outcome.filter(({ type }) => type === 'CaseDecided'));
        state = outcome.reduce(integrityCase.evolve, state);
        expect(integrityCase.decide(one, state)).toEqual([]);
      }
      expect(decisions.length).toBeLessThanOrEqual(1);
    }),
  );
});
