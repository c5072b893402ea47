import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { rulesetIssues } from '../../../../src/domain/royalty/rulesets/check.js';
import {
  ARTIST_CENTRIC,
  DEFAULT_RULESETS,
  PRO_RATA,
  US_MECHANICAL,
} from '../../../../src/domain/royalty/rulesets/defaults.js';
import { mechanicalRatesIn } from '../../../../src/domain/royalty/rulesets/ruleset.js';
import { usMechanicalRates } from '../../../../src/domain/royalty/rulesets/us-mechanical-rates.js';
import { canonicalJson, type Json } from '../../../../src/domain/shared/exact/canonical-json.js';

const copy = (): Record<string, any> => JSON.parse(JSON.stringify(US_MECHANICAL)) as Record<string, any>; // oxlint-disable-line typescript/no-explicit-any -- bad input on purpose

describe('the shipped rulesets', () => {
  test.each(DEFAULT_RULESETS)('$name is valid and survives JSON unchanged', (ruleset) => {
    expect(rulesetIssues(ruleset)).toEqual([]);
    const text = canonicalJson(ruleset);
    expect(rulesetIssues(JSON.parse(text))).toEqual([]);
    expect(canonicalJson(JSON.parse(text) as Json)).toBe(text);
  });
  test('have distinct hashes', () => {
    const hashes = DEFAULT_RULESETS.map((ruleset) =>
      createHash('sha256').update(canonicalJson(ruleset)).digest('hex'),
    );
    expect(new Set(hashes).size).toBe(DEFAULT_RULESETS.length);
  });
});

test('a ruleset may have a minimum length for noise', () =>
  expect(
    rulesetIssues({ ...ARTIST_CENTRIC, sharing: { ...ARTIST_CENTRIC.sharing, noiseMinMs: 120_000 } }),
  ).toEqual([]));

describe('a ruleset is rejected with the location of the fault for', () => {
  test.each([
    ['a missing field', (it) => delete it['counting'].time, 'counting.time', 'missing field'],
    [
      'an unknown field',
      (it) => (it['counting'].credit.treshold = 1),
      'counting.credit.treshold',
      'unknown field',
    ],
    [
      'a rate above 1,000,000 ppm',
      (it) => (it['sharing'].rates[3].revenuePpm = 1_000_001),
      'sharing.rates[3].revenuePpm',
      'from 0 to 1000000',
    ],
    [
      'a fraction',
      (it) => (it['counting'].credit.thresholdMs = 0.5),
      'counting.credit.thresholdMs',
      'whole number',
    ],
    [
      'money as a number',
      (it) => (it['sharing'].rates[0].floorPerSubscriber = 500000),
      'sharing.rates[0].floorPerSubscriber',
      'decimal string',
    ],
    ['an unknown model', (it) => (it['sharing'] = { model: 'lottery' }), 'sharing.model', 'proRata or'],
    [
      'two rates for one year',
      (it) => (it['sharing'].rates[1].year = 2018),
      'sharing.rates',
      'more than one',
    ],
    [
      'a close before the last late play',
      (it) => (it['closing'].finalDays = 36),
      'closing.finalDays',
      'late plays',
    ],
    ['another layout', (it) => (it['format'] = 2), 'format', 'expected 1'],
    ['no rates', (it) => (it['sharing'].rates = []), 'sharing.rates', '1 to'],
    [
      'two distances for one pair',
      (it) =>
        (it['integrity'].travel = {
          kmPerHourMax: 1_000,
          distances: [
            { between: ['DE', 'US'], km: 6_000 },
            { between: ['US', 'DE'], km: 5_000 },
          ],
        }),
      'integrity.travel.distances',
      'more than one distance',
    ],
    [
      'a distance to nowhere',
      (it) =>
        (it['integrity'].travel = { kmPerHourMax: 1_000, distances: [{ between: ['DE', 'us'], km: 1 }] }),
      'integrity.travel.distances[0].between[1]',
      'expected text',
    ],
    [
      'a least length of noise that is none',
      (it) => (it['sharing'] = { ...ARTIST_CENTRIC.sharing, noiseMinMs: 0 }),
      'sharing.noiseMinMs',
      'from 1 to 86400000',
    ],
    [
      'a least length of music',
      (it) => (it['sharing'] = { model: 'proRata', distributablePpm: 1, noiseMinMs: 1 }),
      'sharing.noiseMinMs',
      'unknown field',
    ],
    [
      'a band upside down',
      (it) => (it['integrity'].shortStops.bandMs = [5, 4]),
      'integrity.shortStops.bandMs',
      'lower first',
    ],
  ] satisfies readonly (readonly [string, (it: ReturnType<typeof copy>) => unknown, string, string])[])(
    '%s',
    (_what, spoil, path, problem) => {
      const ruleset = copy();
      spoil(ruleset);
      const issues = rulesetIssues(ruleset);
      expect(issues).toEqual([{ path, problem: expect.stringContaining(problem) }]);
    },
  );
  test.each([[null], [[]], ['ruleset'], [7], [undefined]])('%p: not a ruleset', (value) =>
    expect(rulesetIssues(value)).not.toEqual([]),
  );
});

describe('the US mechanical rates', () => {
  test('depend on the year and the kind of offering', () => {
    const portable = usMechanicalRates('portable');
    expect(mechanicalRatesIn(portable, 2026)).toMatchObject({
      revenuePpm: 153_000,
      tccPerSubscriberCap: 1_100_000n,
      floorPerSubscriber: 600_000n,
      familyWeightPpm: 1_750_000,
    });
    expect(mechanicalRatesIn(portable, 2019)).toMatchObject({
      tccPpm: 231_000,
      tccPerSubscriberCap: null,
      floorPerSubscriber: 500_000n,
      familyWeightPpm: 1_500_000,
    });
    expect(mechanicalRatesIn(usMechanicalRates('bundle'), 2024)).toMatchObject({
      tccPpm: 245_000,
      floorPerSubscriber: 330_000n,
    });
  });
  test('end with the last year of the data', () =>
    expect(mechanicalRatesIn(usMechanicalRates('mixed'), 2028)).toBeUndefined());
});

test('a ruleset that differs only in a parameter has a different canonical form', () => {
  const other = { ...PRO_RATA, closing: { ...PRO_RATA.closing, finalDays: 39 } };
  expect(canonicalJson(other)).not.toBe(canonicalJson(PRO_RATA));
});
