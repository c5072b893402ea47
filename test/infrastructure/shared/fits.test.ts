import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { z } from 'zod';
import { type EventShape, versionOf } from '../../../src/infrastructure/events/event-shape.js';
import { fits } from '../../../src/infrastructure/shared/fits.js';
import { EVENTS_BY_CATEGORY } from '../../../src/infrastructure/events/registry.js';

const GOLDEN = new URL('../../../../test/golden/events/', import.meta.url);

const shapes: Readonly<Record<string, EventShape>> = Object.assign({}, ...Object.values(EVENTS_BY_CATEGORY));

type Sample = { readonly type: string; readonly schema: number; readonly data: object };

/** An event of each type in its current version. */
const samples: readonly Sample[] = readdirSync(GOLDEN)
  .map((file) => JSON.parse(readFileSync(new URL(file, GOLDEN), 'utf8')) as Sample)
  .filter(({ type, schema }) => shapes[type] && versionOf(shapes[type]) === schema);

const ODD = [
  null,
  undefined,
  true,
  '',
  'x',
  '|',
  'ZZ',
  '-1',
  '\uD800',
  -1,
  0,
  0.5,
  2 ** 53,
  NaN,
  [],
  [[]],
  {},
  { x: 1 },
  new Date(0),
];

/** `value` with one mutation at a place chosen by `places`: a value replaced, removed or added. */
const spoiled = (value: unknown, places: readonly number[], odd: unknown): unknown => {
  const [place, ...rest] = places;
  if (typeof value !== 'object' || value === null || place === undefined) return odd;
  const keys = Object.keys(value);
  const key = keys[place % (keys.length + 1)];
  if (key === undefined) return Array.isArray(value) ? [...value, odd] : { ...value, unheardOf: odd };
  if (rest.length === 0 && odd === undefined && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  }
  const inner = spoiled((value as Readonly<Record<string, unknown>>)[key], rest, odd);
  return Array.isArray(value) ? value.with(Number(key), inner) : { ...value, [key]: inner };
};

const schemaOf = (type: string): z.ZodType => shapes[type]?.schema ?? z.never();

describe('the quick test of an event', () => {
  test.each(['PlayStarted', 'PlaySeeked', 'PlayStopped', 'ArtistRegistered', 'TrackRegistered'])(
    'knows a sound %s without asking its schema',
    (type) => {
      const sound = samples.filter((sample) => sample.type === type);
      expect(sound).not.toHaveLength(0);
      for (const { data } of sound) expect(fits(schemaOf(type))(data)).toBe(true);
    },
  );

  test('accepts nothing that the schema rejects or would change', () => {
    const tests = new Map(Object.keys(shapes).map((type) => [type, fits(schemaOf(type))]));
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.array(fc.nat(40), { minLength: 1, maxLength: 5 }),
        fc.constantFrom(...ODD),
        ({ type, data }, places, odd) => {
          const event = spoiled(data, places, odd);
          if (tests.get(type)?.(event)) expect(schemaOf(type).parse(event)).toEqual(event);
        },
      ),
      { numRuns: 5_000 },
    );
  });

  test.each([
    ['a text that is trimmed', z.strictObject({ name: z.string().trim() }), { name: ' x' }],
    ['a default', z.strictObject({ name: z.string().default('x') }), {}],
    ['a coercion', z.strictObject({ n: z.coerce.number() }), { n: '1' }],
    ['a format of text', z.strictObject({ at: z.email() }), { at: 'x' }],
    ['a check of the whole', z.strictObject({ n: z.int() }).check(() => undefined), { n: 1 }],
    ['fields that are not declared', z.object({ n: z.int() }), { n: 1, m: 2 }],
  ])('leaves %s to the schema', (_what, schema, value) => {
    expect(fits(schema)(value)).toBe(false);
  });
});
