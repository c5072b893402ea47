import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

// Keeps the texts of the API description and of the generated documents in plain English. The first half holds the rules, the
// second shows that each rule finds a violation.

type Operation = { readonly summary?: string; readonly description?: string };

type ApiDocument = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };

/** A third-person verb at the start, 80 characters at most and no full stop. */
const summaryFaults = (summary: string): readonly string[] => [
  ...(/^[A-Z][a-z]+s\b/.test(summary) ? [] : [`begins with no verb: ${summary}`]),
  ...(summary.length <= 80 ? [] : [`is too long: ${summary}`]),
  ...(summary.endsWith('.') ? [`ends with a full stop: ${summary}`] : []),
];

const operationsOf = ({ paths }: ApiDocument): readonly Operation[] =>
  Object.values(paths).flatMap((operations) => Object.values(operations));

const faultsOf = (document: ApiDocument): readonly string[] => {
  const summaries = operationsOf(document).map(({ summary = '' }) => summary);
  return [
    ...summaries.flatMap(summaryFaults),
    ...summaries
      .filter((summary, n) => summaries.indexOf(summary) !== n)
      .map((summary) => `is used twice: ${summary}`),
    ...descriptionsIn(document)
      .filter((text) => !text.endsWith('.'))
      .map((text) => `ends without a full stop: ${text}`),
  ];
};

/** All descriptions of a document. Those of problem responses are lists of codes and left out. */
const descriptionsIn = (value: unknown, key = ''): readonly string[] => {
  if (typeof value === 'string') return key === 'description' ? [value] : [];
  if (typeof value !== 'object' || value === null || /^[45]\d\d$/.test(key)) return [];
  return Object.entries(value).flatMap(([name, inner]) => descriptionsIn(inner, name));
};

/** Constructions that leave out the actor or the verb, or that read like a translation. */
const AWKWARD: readonly RegExp[] = [
  /\b(?:of|from|by|under|behind) which\b/i,
  /\b(?:to|by|of|for) whom\b/i,
  /\b(?:says|tells) (?:that|what|how|who|whether|later)\b/i,
  /\bis told\b/i,
  /(?:^|[.:|] )(?:Who|Whose|Whoever|Whatever) /m,
  /(?:^|[.:|] )What (?!is wrong)/m,
  /\b(?:come|comes|came) about\b/i,
  /\blies behind\b/i,
  /\bstands\b/i,
  /\bworth a look\b/i,
  /\bas (?:often|many|long) as (?:it|they|one|may)\b/i,
  /\bgoes (?:on|by)\b/i,
  /\bhands? out\b/i,
  /\bborne out\b/i,
  /\bthere is no such\b/i,
  /\b(?:he|him|his|himself)\b/i,
];

const awkwardIn = (text: string): readonly string[] =>
  AWKWARD.flatMap((phrase) => phrase.exec(text)?.[0].trim() ?? []);

const read = (file: string): string => readFileSync(`docs/${file}`, 'utf8');

describe('the generated documents', () => {
  const openapi = JSON.parse(read('openapi.json')) as ApiDocument;

  test('have a summary for each operation, and full sentences for descriptions', () => {
    expect(operationsOf(openapi).length).toBeGreaterThan(80);
    expect(faultsOf(openapi)).toEqual([]);
  });

  test.each([
    ['openapi.json', [...operationsOf(openapi).map(({ summary }) => summary), ...descriptionsIn(openapi)]],
    ['errors.md', [read('errors.md')]],
    ['events.md', [read('events.md')]],
  ])('use no awkward construction in %s', (_file, texts) => {
    expect(awkwardIn(texts.join('\n'))).toEqual([]);
  });
});

describe('the rules of wording', () => {
  test.each([
    ['Play start', ['begins with no verb: Play start']],
    ['Lists plays.', ['ends with a full stop: Lists plays.']],
    [`Lists ${'very '.repeat(15)}old plays`, [expect.stringMatching(/^is too long/)]],
    ['Lists plays', []],
  ])('judge the summary %j', (summary, faults) => {
    expect(summaryFaults(summary)).toEqual(faults);
  });

  test('find a summary that is used twice and a description without a full stop', () => {
    const get = { summary: 'Lists plays', description: 'All of them' };
    expect(faultsOf({ paths: { '/a': { get }, '/b': { get: { summary: 'Lists plays' } } } })).toEqual([
      'is used twice: Lists plays',
      'ends without a full stop: All of them',
    ]);
  });

  test.each([
    'Says that a payout did not succeed.',
    'A payout that did not come about.',
    'A play of which this is told takes no live reports.',
    'Who listened.',
    'The plan. Who paid.',
    '| `amount` | string | What they earned. |',
    'The person to whom it belongs.',
    'There is no such play.',
    'The same was reported before with other figures, which stands.',
    'A listener acts as nobody but himself.',
  ])('find the construction in %j', (text) => {
    expect(awkwardIn(text)).not.toEqual([]);
  });
});
