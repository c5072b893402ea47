import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { START } from '../../../src/application/ports/event-store.js';
import {
  type Build,
  type Model,
  ModelNotReady,
  type ReadModels,
  ReadModelsUnavailable,
  type StoredDocument,
  type Write,
} from '../../../src/application/ports/read-models.js';
import { byCodePoint, drop, type OpenedReadModels, put, uniqueModel } from './read-models.fixtures.js';
import { queriesContract } from './read-models-queries.contract.js';

/** The contract of every ReadModels. An adapter's own test file adds only its specifics. */
export const readModelsContract = (
  name: string,
  open: () => OpenedReadModels | Promise<OpenedReadModels>,
  /** Number of random histories and queries. */
  runs = 25,
): void => {
  describe(`${name} keeps the read models' contract`, () => {
    let projector: ReadModels;
    let queries: ReadModels;
    let model: Model;

    beforeAll(async () => {
      ({ projector, queries } = await open());
    });
    beforeEach(() => {
      model = uniqueModel();
    });
    afterAll(async () => {
      await projector?.close();
      await queries?.close();
    });

    const begunWith = async (...writes: readonly Write[]): Promise<Build> => {
      const build = await projector.begin(model);
      await projector.commit(build, writes, START);
      return build;
    };
    const live = async (...writes: readonly Write[]): Promise<Build> => {
      const build = await begunWith(...writes);
      await projector.swap(build);
      return build;
    };
    const stored = async (build: Build, ...keys: string[]) =>
      Object.fromEntries(
        [...(await projector.load(build, keys))].filter(([, { document }]) => document !== undefined),
      );
    const scanned = async (build: Build) => (await Array.fromAsync(projector.scan(build))).flat();

    describe('a model that was never built', () => {
      test('is not ready', async () => {
        await expect(queries.get(model, 'a')).rejects.toBeInstanceOf(ModelNotReady);
        await expect(queries.query(model, { limit: 1 })).rejects.toBeInstanceOf(ModelNotReady);
        await expect(queries.count(model, {}, 1)).rejects.toBeInstanceOf(ModelNotReady);
      });
      test('has no position and no builds', async () => {
        expect(await queries.position(model)).toBeUndefined();
        expect(await queries.builds(model)).toEqual({});
      });
    });

    describe('a first build', () => {
      test('starts empty, at the start of the log', async () => {
        const build = await projector.begin(model);
        expect(await projector.checkpoint(build)).toBe(START);
        expect(await scanned(build)).toEqual([]);
        expect(build.model).toEqual(model);
      });
      test('is invisible to readers before the swap', async () => {
        await projector.commit(await projector.begin(model), [put('a', 1n)], 1n);
        await expect(queries.get(model, 'a')).rejects.toBeInstanceOf(ModelNotReady);
        expect(await queries.position(model)).toBeUndefined();
      });
      test('is live after the swap, with its position', async () => {
        const build = await projector.begin(model);
        await projector.commit(build, [put('a', 7n, { title: 'So What' })], 9n);
        await projector.swap(build);
        expect(await queries.get(model, 'a')).toEqual({ title: 'So What' });
        expect(await queries.get(model, 'b')).toBeUndefined();
        expect(await queries.position(model)).toBe(9n);
        expect(await queries.builds(model)).toEqual({ live: build });
      });
      test('shows what is committed after the swap too', async () => {
        const build = await live(put('a', 1n));
        await projector.commit(build, [put('a', 2n), put('b', 3n)], 3n);
        expect(await queries.get(model, 'a')).toEqual({ at: '2' });
        expect(await queries.get(model, 'b')).toEqual({ at: '3' });
        expect(await queries.position(model)).toBe(3n);
      });
      test('may be swapped in again: nothing changes', async () => {
        const build = await live(put('a', 1n));
        await projector.swap(build);
        expect(await queries.get(model, 'a')).toEqual({ at: '1' });
      });
    });

    describe('a build beside the live one', () => {
      const versionTwo = () => ({ ...model, version: 2, fields: { plays: 'integer' } as const });

      test('is invisible until the swap, which replaces all documents at once', async () => {
        const former = await live(put('a', 1n, { of: 1 }), put('b', 1n, { of: 1 }));
        const next = await projector.begin(versionTwo());
        await projector.commit(next, [put('a', 1n, { of: 2 })], 5n);
        expect(await queries.get(model, 'a')).toEqual({ of: 1 });
        expect(await queries.builds(model)).toEqual({ live: former, building: next });

        await projector.swap(next);
        expect(await queries.get(model, 'a')).toEqual({ of: 2 });
        expect(await queries.get(model, 'b')).toBeUndefined();
        expect(await queries.position(model)).toBe(5n);
        expect(await queries.builds(model)).toEqual({ live: next });
      });
      test('leaves nothing of the former build', async () => {
        const former = await live(put('a', 1n));
        await projector.swap(await projector.begin(versionTwo()));
        await expect(projector.checkpoint(former)).rejects.toBeInstanceOf(ReadModelsUnavailable);
        await expect(projector.load(former, ['a'])).rejects.toBeInstanceOf(ReadModelsUnavailable);
        await expect(projector.commit(former, [put('a', 2n)], 2n)).rejects.toBeInstanceOf(
          ReadModelsUnavailable,
        );
        await expect(scanned(former)).rejects.toBeInstanceOf(ReadModelsUnavailable);
      });
      test('is discarded when another begins', async () => {
        const current = await live(put('a', 1n));
        const first = await projector.begin(versionTwo());
        await projector.commit(first, [put('a', 1n, { of: 2 })], 1n);
        const second = await projector.begin(versionTwo());
        expect(second.id).not.toBe(first.id);
        expect(await projector.builds(model)).toEqual({ live: current, building: second });
        expect(await scanned(second)).toEqual([]);
        await expect(projector.swap(first)).rejects.toBeInstanceOf(ReadModelsUnavailable);
      });
      test('makes queries on a field of the new version wait', async () => {
        await live(put('a', 1n, { plays: 3 }));
        const next = versionTwo();
        const asked = () => queries.query(next, { where: { plays: 3 }, limit: 1 });
        await expect(asked()).rejects.toBeInstanceOf(ModelNotReady);

        const build = await projector.begin(next);
        await projector.commit(build, [put('a', 1n, { plays: 3 })], 1n);
        await projector.swap(build);
        expect(await asked()).toEqual({ documents: [{ plays: 3 }], keys: ['a'] });
      });
      test('makes queries by the keys of the new version wait', async () => {
        await live(put('a', 1n));
        const next = { ...model, version: 2 };
        const asked = () => queries.query(next, { keys: { from: 'new' }, limit: 1 });
        await expect(asked()).rejects.toBeInstanceOf(ModelNotReady);

        const build = await projector.begin(next);
        await projector.commit(build, [put('new a', 1n)], 1n);
        await projector.swap(build);
        expect(await asked()).toEqual({ documents: [{ at: '1' }], keys: ['new a'] });
      });
    });

    describe('a commit', () => {
      test('keeps the newer document and ignores an older or equally old one', async () => {
        const build = await begunWith(put('a', 5n));
        await projector.commit(build, [put('a', 4n, { of: 'the past' })], START);
        await projector.commit(build, [put('a', 5n, { of: 'the same' })], START);
        expect(await stored(build, 'a')).toEqual({ a: { document: { at: '5' }, position: 5n } });
        await projector.commit(build, [put('a', 6n)], START);
        expect(await stored(build, 'a')).toEqual({ a: { document: { at: '6' }, position: 6n } });
      });
      test('deletes a document, unless the stored one is newer', async () => {
        const build = await begunWith(put('a', 5n), put('b', 5n));
        await projector.commit(build, [drop('a', 4n), drop('b', 6n), drop('never stored', 6n)], START);
        expect(await stored(build, 'a', 'b', 'never stored')).toEqual({
          a: { document: { at: '5' }, position: 5n },
        });
        expect((await scanned(build)).map(({ key }) => key)).toEqual(['a']);
      });
      test('may restore a deleted document at a later position', async () => {
        const build = await live(put('a', 5n));
        await projector.commit(build, [drop('a', 6n)], 6n);
        await projector.commit(build, [put('a', 7n)], 7n);
        expect(await queries.get(model, 'a')).toEqual({ at: '7' });
      });
      test('hides a deleted document from readers', async () => {
        await live(put('a', 1n), drop('b', 2n));
        await projector.commit(await live(put('a', 5n), put('b', 5n)), [drop('a', 6n)], START);
        expect(await queries.get(model, 'a')).toBeUndefined();
        expect(await queries.query(model, { limit: 10 })).toEqual({ documents: [{ at: '5' }], keys: ['b'] });
        expect(await queries.count(model, {}, 10)).toBe(1);
      });
      test('may write a document twice: the later one stays and is found by its fields', async () => {
        model = uniqueModel({ fields: { plays: 'integer' }, indexes: [['plays']] });
        const twice = [put('a', 1n, { plays: 1 }), put('b', 2n, { plays: 1 }), put('a', 3n, { plays: 2 })];
        const build = await live(...twice);
        expect(await stored(build, 'a')).toEqual({ a: { document: { plays: 2 }, position: 3n } });
        expect(await queries.query(model, { where: { plays: 1 }, limit: 10 })).toMatchObject({ keys: ['b'] });
      });
      test('changes nothing when it is repeated', async () => {
        const build = await begunWith(put('a', 1n), put('b', 2n));
        const batch = [put('a', 3n), drop('b', 4n), put('c', 5n)];
        await projector.commit(build, batch, 5n);
        const once = await scanned(build);
        await projector.commit(build, batch, 5n);
        expect(await scanned(build)).toEqual(once);
        expect(await projector.checkpoint(build)).toBe(5n);
      });
      test('completes a batch whose documents were written and whose checkpoint was not', async () => {
        const build = await begunWith(put('a', 1n), put('b', 2n));
        const batch = [put('a', 3n), drop('b', 4n), put('c', 5n)];
        await projector.commit(build, batch, START); // The crash.
        const once = await scanned(build);
        await projector.commit(build, batch, 5n);
        expect(await scanned(build)).toEqual(once);
        expect(await projector.checkpoint(build)).toBe(5n);
      });
      test('of an earlier batch does not restore a document that a later one deleted', async () => {
        const build = await begunWith();
        await projector.commit(build, [put('a', 1n)], 1n);
        await projector.commit(build, [drop('a', 2n)], 2n);
        await projector.commit(build, [put('a', 1n)], 1n);
        expect(await stored(build, 'a')).toEqual({});
        expect(await projector.checkpoint(build)).toBe(2n);
      });
      test('never moves the checkpoint back', async () => {
        const build = await begunWith();
        await projector.commit(build, [], 9n);
        await projector.commit(build, [], 8n);
        expect(await projector.checkpoint(build)).toBe(9n);
      });
      test('keeps positions up to 2^63 - 1 exactly', async () => {
        const last = 2n ** 63n - 1n;
        const build = await begunWith(put('a', last - 2n));
        await projector.commit(build, [put('a', last - 1n)], last);
        expect((await projector.load(build, ['a'])).get('a')?.position).toBe(last - 1n);
        expect(await projector.checkpoint(build)).toBe(last);
      });
      test('accepts a batch of more than a thousand documents', async () => {
        const keys = Array.from({ length: 1_200 }, (_, at) => `k${at}`);
        const build = await begunWith(...keys.map((key) => put(key, 1n)));
        expect((await projector.load(build, keys)).size).toBe(keys.length);
        expect((await scanned(build)).map(({ key }) => key)).toEqual(keys.toSorted(byCodePoint));
      });
      test('rejects a document that contradicts the model, and the whole batch with it', async () => {
        model = uniqueModel({ fields: { plays: 'integer' } });
        const build = await begunWith();
        const batch = [put('a', 1n, { plays: 1 }), put('b', 1n, { plays: '1' })];
        await expect(projector.commit(build, batch, 1n)).rejects.toBeInstanceOf(TypeError);
        expect(await scanned(build)).toEqual([]);
        expect(await projector.checkpoint(build)).toBe(START);
      });
      test('rejects a key that is not well-formed Unicode', async () => {
        const build = await begunWith();
        await expect(projector.commit(build, [put('\ud800', 1n)], 1n)).rejects.toBeInstanceOf(TypeError);
      });
    });

    describe('a stored document', () => {
      const documents: readonly (readonly [string, object])[] = [
        ['an empty document', {}],
        ['nesting', { tracks: [{ credits: [{ shares: [1, [2, [3]]] }] }, [], {}] }],
        ['null and falsehood', { a: null, b: false, c: 0, d: '', e: [null] }],
        [
          'the largest integers',
          { a: 2 ** 53 - 1, b: -(2 ** 53) + 1, c: 2 ** 31, d: -(2 ** 31) - 1, e: 2 ** 32 },
        ],
        ['fractions', { a: 0.1, b: 1e300, c: -5e-324 }],
        [
          'keys that mean something to a database',
          { $set: { $gt: 1 }, 'a.b': { '.': 1, $: 2 }, _id: 'x', '': 1 },
        ],
        [
          'keys that mean something to JavaScript',
          JSON.parse('{"__proto__":{"x":1},"constructor":2,"toString":3}'),
        ],
        ['all of Unicode', { text: '\u0000 \u007f é 漢 🎵 \u{10ffff}', '🎵': 1, 'a\u0000b': 2 }],
        ['half a surrogate pair', { text: 'a\ud800b', nested: ['\udfff'] }],
        ['names of bookkeeping', { key: 1, position: 2, document: 3, deleted: true, dropped: 4 }],
      ];
      test.each(documents)('is returned unchanged: %s', async (_what, document) => {
        const build = await live(put('a', 1n, document));
        expect(JSON.stringify(await queries.get(model, 'a'))).toBe(JSON.stringify(document));
        expect(JSON.stringify((await projector.load(build, ['a'])).get('a')?.document)).toBe(
          JSON.stringify(document),
        );
      });

      const KEYS = [
        '',
        ' ',
        '$',
        '$set',
        '.',
        'a.b',
        '__proto__',
        'constructor',
        'a/b',
        'a\u0000b',
        '\'"`;--',
        '%',
        '_id',
        'A',
        'a',
        'é',
        'e\u0301',
        'z',
        '漢',
        '\uffff',
        '🎵',
        '\u{10ffff}',
        'x'.repeat(2_000),
      ];
      test('is found by unusual keys, in code point order', async () => {
        const build = await live(...KEYS.map((key) => put(key, 1n, { key })));
        for (const key of KEYS) expect(await queries.get(model, key)).toEqual({ key });
        expect([...(await projector.load(build, KEYS)).keys()].toSorted(byCodePoint)).toEqual(
          KEYS.toSorted(byCodePoint),
        );
        expect((await scanned(build)).map(({ key }) => key)).toEqual(KEYS.toSorted(byCodePoint));
        expect((await queries.query<{ key: string }>(model, { limit: 100 })).documents).toEqual(
          KEYS.toSorted(byCodePoint).map((key) => ({ key })),
        );
      });
    });

    test('any history of batches, repeats and crashes leaves the content of an equivalent map', async () => {
      const write = fc.record({ key: fc.constantFrom('a', 'b', 'c', '🎵'), isDrop: fc.boolean() });
      const step = fc.record({
        writes: fc.uniqueArray(write, { maxLength: 4, selector: ({ key }) => key }),
        crashes: fc.boolean(),
        repeats: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 8 }), fc.boolean(), async (steps, swaps) => {
          model = uniqueModel();
          const build = swaps ? await live() : await begunWith();
          const expected = new Map<string, StoredDocument>();
          let position = START;
          for (const { writes, crashes, repeats } of steps) {
            const before = position;
            const batch = writes.map(({ key, isDrop }) => {
              position += 1n;
              return isDrop ? drop(key, position) : put(key, position);
            });
            if (crashes) await projector.commit(build, batch, before);
            await projector.commit(build, batch, position);
            if (repeats) await projector.commit(build, batch, position);
            for (const { key, document, position: at } of batch) {
              if (document) expected.set(key, { document, position: at });
              else expected.delete(key);
            }
          }
          expect(await stored(build, 'a', 'b', 'c', '🎵')).toEqual(Object.fromEntries(expected));
          expect(await scanned(build)).toEqual(
            [...expected]
              .map(([key, { document }]) => ({ key, document }))
              .toSorted((a, b) => byCodePoint(a.key, b.key)),
          );
          expect(await projector.checkpoint(build)).toBe(position);
        }),
        { numRuns: runs },
      );
    });

    queriesContract(() => ({ projector, queries }), runs);
  });
};
