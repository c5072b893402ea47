import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { START } from '../../../src/application/ports/event-store.js';
import {
  BadQuery,
  keysBeginningWith,
  type Model,
  type Query,
  type ReadModels,
  type Where,
} from '../../../src/application/ports/read-models.js';
import { byCodePoint, type OpenedReadModels, put, uniqueModel } from './read-models.fixtures.js';

type Track = { readonly id: string; readonly genre?: string | null; readonly plays?: number | null };
type Key = keyof Omit<Track, 'id'>;

const track = (id: string, genre?: string | null, plays?: number | null): Track => ({
  id,
  ...(genre !== undefined && { genre }),
  ...(plays !== undefined && { plays }),
});

const TRACKS = [
  track('a', 'jazz', 30),
  track('b', 'blues', 30),
  track('c', 'jazz', 10),
  track('d', 'jazz', 30),
  track('e', 'blues', -20),
  track('f', null, 5),
  track('g'),
];

/** The queries of the read models' contract. */
export const queriesContract = (stores: () => OpenedReadModels, runs: number): void => {
  const tracks = (): Model =>
    uniqueModel({ fields: { genre: 'text', plays: 'integer' }, indexes: [['genre', 'plays'], ['plays']] });

  const liveWith = async (documents: readonly Track[]): Promise<Model> => {
    const model = tracks();
    const { projector } = stores();
    const build = await projector.begin(model);
    await projector.commit(
      build,
      documents.map((document) => put(document.id, 1n, document)),
      START,
    );
    await projector.swap(build);
    return model;
  };

  const pages = async (queries: ReadModels, model: Model, query: Query): Promise<readonly Track[][]> => {
    const found: Track[][] = [];
    for (let cursor: string | undefined; ;) {
      const page = await queries.query<Track>(model, { ...query, ...(cursor !== undefined && { cursor }) });
      found.push([...page.documents]);
      if (page.next === undefined) return found;
      cursor = page.next;
    }
  };

  const idsOf = (documents: readonly Track[]) => documents.map(({ id }) => id).join('');
  const found = async (query: Partial<Query>): Promise<string> => {
    const model = await liveWith(TRACKS);
    return idsOf((await stores().queries.query<Track>(model, { limit: 100, ...query })).documents);
  };

  describe('a query finds', () => {
    const cases: readonly (readonly [string, Where, string])[] = [
      ['all documents, by key', {}, 'abcdefg'],
      ['a text', { genre: 'jazz' }, 'acd'],
      ['a text that is nowhere', { genre: 'Jazz' }, ''],
      ['an integer', { plays: 30 }, 'abd'],
      ['both of two', { genre: 'jazz', plays: 30 }, 'ad'],
      ['some of several', { plays: { in: [10, 5, 99] } }, 'cf'],
      ['texts of several', { genre: { in: ['blues'] } }, 'be'],
      ['none of none', { plays: { in: [] } }, ''],
      ['integers above', { plays: { gt: 10 } }, 'abd'],
      ['integers from', { plays: { gte: 10 } }, 'abcd'],
      ['integers below, not documents without one', { plays: { lt: 10 } }, 'ef'],
      ['integers up to', { plays: { lte: 10 } }, 'cef'],
      ['integers between', { plays: { gt: -20, lte: 10 } }, 'cf'],
      ['texts from', { genre: { gte: 'c' } }, 'acd'],
      ['texts below, not documents without one', { genre: { lt: 'c' } }, 'be'],
      ['a text and a range of integers', { genre: 'jazz', plays: { gte: 20 } }, 'ad'],
      ['an empty range', { plays: { gt: 30, lt: 10 } }, ''],
    ];
    test.each(cases)('%s', async (_what, where, ids) => {
      expect(await found({ where })).toBe(ids);
    });
  });

  describe('a query sorts', () => {
    const cases: readonly (readonly [string, Query['sort'] & object, string])[] = [
      ['by an integer, documents without one first, ties by key', { by: ['plays'] }, 'gefcabd'],
      ['by an integer downward, ties by key downward', { by: ['plays'], descending: true }, 'dbacfeg'],
      ['by text, then integer', { by: ['genre', 'plays'] }, 'gfebcad'],
      ['by text, then integer, both downward', { by: ['genre', 'plays'], descending: true }, 'dacbefg'],
      ['by key downward', { by: [], descending: true }, 'gfedcba'],
    ];
    test.each(cases)('%s', async (_what, sort, ids) => {
      expect(await found({ sort })).toBe(ids);
      const model = await liveWith(TRACKS);
      for (const limit of [1, 2, 3, 6, 7]) {
        const all = await pages(stores().queries, model, { sort, limit });
        expect(idsOf(all.flat())).toBe(ids);
        expect(all).toHaveLength(Math.ceil(TRACKS.length / limit));
      }
    });

    test('text by code point, not by UTF-16 unit', async () => {
      const model = await liveWith([
        track('1', '🎵'),
        track('2', '\uffff'),
        track('3', 'é'),
        track('4', 'z'),
      ]);
      const { documents } = await stores().queries.query<Track>(model, { sort: { by: ['genre'] }, limit: 9 });
      expect(idsOf(documents)).toBe('4321');
    });
  });

  describe('a query by key prefix finds', () => {
    const keys = [
      'a',
      'ab',
      'ab ',
      'ab-c',
      'ab\u{10ffff}',
      'ab\u{10ffff}z',
      'ac',
      'b',
      '\ud7ff',
      '\ue000',
      '\uffff',
    ];
    const cases: readonly (readonly [string, readonly string[]])[] = [
      ['ab', ['ab', 'ab ', 'ab-c', 'ab\u{10ffff}', 'ab\u{10ffff}z']],
      ['ab\u{10ffff}', ['ab\u{10ffff}', 'ab\u{10ffff}z']],
      ['\ud7ff', ['\ud7ff']],
      ['\u{10ffff}', []],
      ['', keys],
    ];
    test.each(cases)('%j', async (prefix, expected) => {
      const range = keysBeginningWith(prefix);
      const model = await liveWith(keys.map((id, n) => track(id, 'jazz', n)));
      for (const limit of [1, 2, 100]) {
        const up = await pages(stores().queries, model, { keys: range, limit });
        expect(up.flat().map(({ id }) => id)).toEqual(expected);
        const down = { by: [], descending: true };
        const back = await pages(stores().queries, model, { keys: range, sort: down, limit });
        expect(back.flat().map(({ id }) => id)).toEqual(expected.toReversed());
        const by = { keys: range, where: { genre: 'jazz' }, sort: { by: ['plays'] }, limit };
        const sorted = await pages(stores().queries, model, by);
        expect(sorted.flat().map(({ id }) => id)).toEqual(expected);
      }
    });
  });

  test('documents are found and sorted by fields stored beside them, and returned without these', async () => {
    const { projector, queries } = stores();
    const model = tracks();
    const build = await projector.begin(model);
    const writes = TRACKS.map(({ id, ...fields }) => ({ ...put(id, 1n, { of: id, genre: 'own' }), fields }));
    await projector.commit(build, writes, START);
    await projector.swap(build);

    expect(await queries.query(model, { where: { genre: 'jazz', plays: 30 }, limit: 9 })).toEqual({
      documents: [
        { of: 'a', genre: 'own' },
        { of: 'd', genre: 'own' },
      ],
      keys: ['a', 'd'],
    });
    expect(await queries.get(model, 'c')).toEqual({ of: 'c', genre: 'own' });
    const sorted = await pages(queries, model, { sort: { by: ['genre', 'plays'] }, limit: 2 });
    expect(sorted.map((page) => page.map((document) => 'of' in document && document.of))).toEqual([
      ['g', 'f'],
      ['e', 'b'],
      ['c', 'a'],
      ['d'],
    ]);
  });

  test('every document comes with its key', async () => {
    const model = await liveWith(TRACKS);
    const { keys } = await stores().queries.query(model, { sort: { by: ['plays'] }, limit: 3 });
    expect(keys).toEqual(['g', 'e', 'f']);
  });

  test('a cursor continues after a document that was deleted meanwhile', async () => {
    const { projector, queries } = stores();
    const model = await liveWith(TRACKS);
    const query = { sort: { by: ['plays'] }, limit: 3 };
    const first = await queries.query<Track>(model, query);
    const { live } = await projector.builds(model);
    if (!live || first.next === undefined) throw new Error('There is a live build, and a second page.');

    await projector.commit(live, [{ key: 'f', document: undefined, position: 2n }], START);
    const second = await queries.query<Track>(model, { ...query, cursor: first.next });
    expect(idsOf(first.documents) + idsOf(second.documents)).toBe('gefcab');
  });

  test('any query equals a plain filter and sort, page by page', async () => {
    const text = fc.constantFrom('', 'a', 'b', 'é', '\uffff', '🎵', 'x\u0000');
    const integer = fc.constantFrom(-(2 ** 53) + 1, -1, 0, 1, 2 ** 31, 2 ** 53 - 1);
    const documents = fc.uniqueArray(
      fc.tuple(
        fc.string({ unit: 'grapheme', maxLength: 3 }),
        fc.option(text, { nil: undefined }),
        fc.option(integer, { nil: null }),
      ),
      { maxLength: 25, selector: ([id]) => id },
    );
    const conditionOn = <T extends string | number>(value: fc.Arbitrary<T>) =>
      fc.oneof(
        value,
        fc.record({ in: fc.array(value, { maxLength: 3 }) }),
        fc.record({ gt: value }),
        fc.record({ gte: value, lt: value }),
        fc.record({ lte: value }),
      );
    const question = fc.record({
      where: fc.record({ genre: conditionOn(text), plays: conditionOn(integer) }, { requiredKeys: [] }),
      by: fc.shuffledSubarray<Key>(['genre', 'plays']),
      descending: fc.boolean(),
      limit: fc.integer({ min: 1, max: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(
        documents,
        fc.array(question, { minLength: 1, maxLength: 6 }),
        async (rows, questions) => {
          const all = rows.map(([id, genre, plays]) => track(id, genre, plays));
          const model = await liveWith(all);
          const { queries } = stores();
          for (const { where, by, descending, limit } of questions) {
            const expected = all
              .filter((row) => Object.entries(where).every(([field, is]) => matches(row[field as Key], is)))
              .toSorted((a, b) => (descending ? -1 : 1) * ordered(a, b, by));
            const answer = await pages(queries, model, {
              where,
              sort: { by, descending },
              limit,
            });
            expect(answer.flat()).toEqual(expected);
            expect(await queries.count(model, where as Where, 10)).toBe(Math.min(expected.length, 10));
          }
        },
      ),
      { numRuns: runs },
    );
  });

  describe('a count', () => {
    test('stops at its bound', async () => {
      const model = await liveWith(TRACKS);
      const { queries } = stores();
      expect(await queries.count(model, {}, 100)).toBe(7);
      expect(await queries.count(model, {}, 3)).toBe(3);
      expect(await queries.count(model, { genre: 'jazz' }, 100)).toBe(3);
    });
    test('rejects an invalid bound', async () => {
      const model = await liveWith([]);
      await expect(stores().queries.count(model, {}, 0)).rejects.toBeInstanceOf(BadQuery);
    });
  });

  describe('a query is rejected', () => {
    const refused: readonly (readonly [string, object])[] = [
      ['without a limit of 1 or more', { limit: 0 }],
      ['over the limit of 1,000', { limit: 1_001 }],
      ['with a fraction as limit', { limit: 1.5 }],
      ['by half a character as the beginning of the key', { keys: { from: '\ud83c' } }],
      ['that names a field of the document that is not declared', { where: { id: 'a' } }],
      ['that names a property of every object', { where: { constructor: 'a' } }],
      ['that sorts by a field that is not declared', { sort: { by: ['id'] } }],
      ['that sorts by a field twice', { sort: { by: ['plays', 'plays'] } }],
      ['that compares an integer with text', { where: { plays: '30' } }],
      ['that compares text with an integer', { where: { genre: { lt: 3 } } }],
      ['that compares with null', { where: { genre: null } }],
      ['that compares with a fraction', { where: { plays: 0.5 } }],
      ['with an operator of an engine', { where: { plays: { $gt: 1 } } }],
      ['with an engine’s operator beside ours', { where: { plays: { gt: 1, $ne: 1 } } }],
      ['with a range without a bound', { where: { plays: {} } }],
      ['with a cursor that is no cursor', { cursor: 'nonsense' }],
      ['with a cursor that is JSON and no cursor', { cursor: Buffer.from('{"a":1}').toString('base64url') }],
    ];
    test.each(refused)('%s', async (_what, query) => {
      const model = await liveWith([]);
      await expect(stores().queries.query(model, { limit: 1, ...query })).rejects.toBeInstanceOf(BadQuery);
    });

    test('with the cursor of another query, sort or model', async () => {
      const model = await liveWith(TRACKS);
      const { queries } = stores();
      const { next: cursor = '' } = await queries.query(model, { where: { genre: 'jazz' }, limit: 1 });
      const others: readonly (readonly [Model, object])[] = [
        [model, {}],
        [model, { where: { genre: 'blues' } }],
        [model, { where: { genre: 'jazz' }, sort: { by: ['plays'] } }],
        [model, { where: { genre: 'jazz' }, sort: { by: [], descending: true } }],
        [model, { where: { genre: 'jazz' }, keys: keysBeginningWith('a') }],
        [await liveWith(TRACKS), { where: { genre: 'jazz' } }],
      ];
      for (const [other, query] of others) {
        await expect(queries.query(other, { limit: 1, cursor, ...query })).rejects.toBeInstanceOf(BadQuery);
      }
      const same = await queries.query<Track>(model, { where: { genre: 'jazz' }, limit: 5, cursor });
      expect(idsOf(same.documents)).toBe('cd');
    });

    test('with a cursor outside the requested key prefix', async () => {
      const model = await liveWith([track('a'), track('ba'), track('bb')]);
      const query = { keys: keysBeginningWith('b'), limit: 1 };
      const { next = '' } = await stores().queries.query(model, query);
      const [digest] = JSON.parse(Buffer.from(next, 'base64url').toString()) as unknown[];
      const cursor = Buffer.from(JSON.stringify([digest, 'a'])).toString('base64url');
      await expect(stores().queries.query(model, { ...query, cursor })).rejects.toBeInstanceOf(BadQuery);
    });

    test('with a cursor whose values were modified', async () => {
      const model = await liveWith(TRACKS);
      const { queries } = stores();
      const query = { sort: { by: ['plays'] }, limit: 1 };
      const { next = '' } = await queries.query(model, query);
      const [digest] = JSON.parse(Buffer.from(next, 'base64url').toString()) as unknown[];
      for (const forged of [
        [digest],
        [digest, 'a'],
        [digest, 'a', 'text'],
        [digest, 1, 1],
        [digest, 'a', 1, 1],
      ]) {
        const cursor = Buffer.from(JSON.stringify(forged)).toString('base64url');
        await expect(queries.query(model, { ...query, cursor })).rejects.toBeInstanceOf(BadQuery);
      }
    });
  });
};

const compare = (a: string | number, b: string | number): number =>
  typeof a === 'string' ? byCodePoint(a, String(b)) : a - Number(b);

const ordered = (a: Track, b: Track, by: readonly Key[]): number => {
  for (const field of by) {
    const [left, right] = [a[field] ?? undefined, b[field] ?? undefined];
    if (left === right) continue;
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
    return compare(left, right);
  }
  return byCodePoint(a.id, b.id);
};

const matches = (value: string | number | null | undefined, is: unknown): boolean => {
  if (value === null || value === undefined) return false;
  if (typeof is !== 'object' || is === null) return value === is;
  return Object.entries(is as Readonly<Record<string, never>>).every(([operator, operand]) => {
    switch (operator) {
      case 'in':
        return (operand as readonly unknown[]).includes(value);
      case 'gt':
        return compare(value, operand) > 0;
      case 'gte':
        return compare(value, operand) >= 0;
      case 'lt':
        return compare(value, operand) < 0;
      default:
        return compare(value, operand) <= 0;
    }
  });
};
