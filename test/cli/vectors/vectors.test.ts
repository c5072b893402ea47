import { describe, expect, test } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { judge, runVectors } from '../../../src/cli/vectors/run.js';
import { vectorText } from '../../support/cli/vector-verdicts.js';

const ROOT = new URL('../../../../', import.meta.url);
const OWN = new URL('test/vectors/', ROOT);
const SHARED = new URL('../shared/royalty-vectors.json', ROOT);

/** Vectors of rules that are not implemented yet. The commit that makes a vector pass removes it from this list. */
const NOT_BUILT = ['RV-101', 'RV-102', 'RV-103', 'RV-104', 'RV-105', 'RV-106'];

const verdictsOf = (url: URL) => judge([{ name: url.pathname, text: readFileSync(url, 'utf8') }]);

describe('every vector of the project is answered to the unit', () => {
  for (const file of readdirSync(OWN))
    test.each(verdictsOf(new URL(file, OWN)))('$name', ({ verdict, details }) => {
      expect(details).toEqual([]);
      expect(verdict).toBe('passed');
    });
});

// They are beside the project on build machines only, and do not ship with it.
const isThere = existsSync(SHARED);
const because = isThere ? '' : ' (skipped: royalty-vectors.json is not beside the project)';
(isThere ? describe : describe.skip)(`the vectors of the specification${because}`, () => {
  test('are all answered to the unit, except those of rules not implemented yet', () => {
    const verdicts = verdictsOf(SHARED);
    expect(verdicts.length).toBeGreaterThan(0);
    const failed = verdicts.filter(({ verdict }) => verdict !== 'passed').map(({ name }) => name.slice(0, 6));
    expect(failed).toEqual(NOT_BUILT);
  });
});

describe('the runner', () => {
  const run = (...files: string[]) => {
    const lines: string[] = [];
    return { exit: runVectors(files, (line) => lines.push(line)), text: lines.join('\n') };
  };
  const judged = (vector: object) => judge([{ name: 'f', text: vectorText(vector) }])[0];
  const thirds = { op: 'allocate', policy: {}, input: { total: '1', weights: { a: '1' } } };

  test('returns 0 for a file of valid vectors and prints how many passed', () => {
    const { exit, text } = run(new URL('royalty.json', OWN).pathname);
    expect(exit).toBe(0);
    expect(text).toMatch(/(\d+) of \1 vectors pass$/);
  });
  test('returns 2 without a readable file', () => {
    expect(run().exit).toBe(2);
    expect(run('/no/such/file.json').exit).toBe(2);
  });
  test('gives the path of every difference', () =>
    expect(judged({ ...thirds, expected: { parts: { a: '2', b: '0' }, unallocated: 0 } })?.details).toEqual([
      'parts.a: expected "2", found "1"',
      'parts.b: expected "0", found nothing',
      'unallocated: expected 0, found "0"',
    ]));
  test('ignores optional result fields unless the vector expects them', () => {
    const clash = [10_000, 20_000].map((to) => ({ playbackId: 'p', deviceId: 'd', seq: 1, from: 0, to }));
    const vector = {
      op: 'mergeReports',
      policy: { kind: 'threshold' },
      input: { durationMs: 30_000, reports: clash },
    };
    const expecting = (play: object) =>
      judged({ ...vector, expected: { distinctReports: 2, plays: { p: play }, totalCreditPpm: 0 } });
    const play = { uniqueMs: 10_000, creditPpm: 0 };
    expect(expecting(play)?.details).toEqual([]);
    expect(expecting({ ...play, held: 'CONFLICTING_REPORT' })?.details).toEqual([]);
    expect(expecting({ ...play, held: 'OTHER' })?.details).toEqual([
      'plays.p.held: expected "OTHER", found "CONFLICTING_REPORT"',
    ]);
  });
  test('uses the defaults of the rules for parameters that a policy omits', () =>
    expect(
      judged({
        op: 'concurrency',
        input: {
          plays: [
            { playbackId: 'a', startedAt: 0, endedAt: 20_000 },
            { playbackId: 'b', startedAt: 8_000, endedAt: 30_000 },
            { playbackId: 'c', startedAt: 17_999, endedAt: 40_000 },
          ],
        },
        expected: { accepted: ['a', 'b'], rejected: ['c'] },
      })?.details,
    ).toEqual([]));
  test('ignores the order of keys', () =>
    expect(judged({ ...thirds, expected: { unallocated: '0', parts: { a: '1' } } })?.verdict).toBe('passed'));

  test.each([
    ['no JSON', '{'],
    ['no vectors', '{"vectors":{}}'],
    ['a vector without an operation', '{"vectors":[{"id":"x"}]}'],
  ])('reports %s instead of falling over it', (_what, text) =>
    expect(judge([{ name: 'f', text }])[0]?.verdict).toBe('malformed'),
  );
  test.each([
    ['an unknown operation', { op: 'divine', policy: {}, input: {} }],
    [
      'a field that the operation does not know',
      { op: 'splits', policy: {}, input: { amount: '1', sharesPpm: {}, pendingPpm: {} } },
    ],
    [
      'a parameter that the operation does not know',
      { op: 'playCredit', policy: { kind: 'threshold', minTrackMs: 1 }, input: { cases: [] } },
    ],
    [
      'more plays than memory holds',
      { op: 'straightPlays', policy: {}, input: { sequence: [['a', 50_000_000]] } },
    ],
    ['a fraction of a unit', { op: 'allocate', policy: {}, input: { total: '1.5', weights: {} } }],
    ['a negative weight', { op: 'allocate', policy: {}, input: { total: '1', weights: { a: '-1' } } }],
    ['an unknown counting rule', { op: 'playCredit', policy: { kind: 'whim' }, input: { cases: [] } }],
    [
      'an unknown identifier',
      { op: 'identifier', policy: {}, input: { cases: [{ type: 'X', value: '1' }] } },
    ],
    ['a missing base', { op: 'dsrReject', policy: { base: 'none' }, input: { mutations: [] } }],
    [
      'an unknown currency',
      {
        op: 'royaltyAccount',
        policy: { minPayout: '0', currency: 'XXQ' },
        input: { opening: '0', periods: [] },
      },
    ],
  ])('reports %s with a reason', (_what, vector) => {
    const { verdict, details } = judged({ ...vector, expected: {} }) ?? {};
    expect(verdict).toBe('malformed');
    expect(details?.join()).not.toBe('');
  });
});
