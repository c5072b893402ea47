import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { ArrayRows, ROW_BYTES_MAX } from '../../../src/infrastructure/import/array-rows.js';

/** The values of an array as it is read in chunks of `size` bytes; a broken row as its reason. */
const read = (content: string | Buffer, size = Infinity): unknown[] => {
  const bytes = Buffer.from(content);
  const rows = new ArrayRows();
  const found = [];
  for (let at = 0; at < bytes.length; at += size) found.push(...rows.push(bytes.subarray(at, at + size)));
  found.push(...rows.end());
  expect(found.map(({ number }) => number)).toEqual(found.map((_, index) => index + 1));
  return found.map((row) => ('value' in row ? row.value : row.broken));
};

const NOT_JSON = 'is not valid JSON';

/** Each content must read the same in one piece and byte by byte: a chunk may end anywhere. */
const assertRows = (content: string | Buffer, rows: readonly unknown[]) => {
  expect(read(content)).toEqual(rows);
  expect(read(content, 1)).toEqual(rows);
  expect(read(content, 7)).toEqual(rows);
};

describe('an array of rows', () => {
  test('is the same on one line, one row a line, and pretty-printed', () => {
    const rows = [
      { a: 1, b: 'x' },
      { a: 2, b: null },
      { a: [{ c: ',]}' }], b: { d: '{"[' } },
    ];
    assertRows(JSON.stringify(rows), rows);
    assertRows(`[\n${rows.map((row) => JSON.stringify(row)).join(',\r\n')}\n]\n`, rows);
    assertRows(`\t ${JSON.stringify(rows, null, 2)}\n\n`, rows);
  });

  test('may be empty', () => {
    assertRows('[]', []);
    assertRows(' [ \n ] ', []);
  });

  test('may begin with a byte order mark', () => assertRows('\uFEFF[{"a":1}]', [{ a: 1 }]));

  test('keeps every character: quotes, backslashes, emoji, the replacement character, NUL', () => {
    const rows = [{ 'a"b': 'c\\' }, { é: '\\"' }, { e: '🎷\u{2070E}' }, { f: '\uFFFD' }, { g: '\0' }];
    assertRows(JSON.stringify(rows), rows);
    assertRows('["\\u00e9\\ud83c\\udfb7"]', ['é🎷']);
  });

  test('keeps the last value of a duplicate key', () => assertRows('[{"a":1,"a":2}]', [{ a: 2 }]));

  test('is read like JSON.parse, whatever its content and chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 8 }),
        fc.constantFrom(undefined, 1, '\t'),
        fc.integer({ min: 1, max: 40 }),
        (rows, indent, size) => {
          const content = JSON.stringify(rows, null, indent);
          expect(read(content, size)).toEqual(JSON.parse(content));
        },
      ),
    );
  });
});

describe('a broken row costs no other row', () => {
  test('when it is not JSON', () => {
    assertRows('[{"a":1}, {"a":}, {"a":3}]', [{ a: 1 }, NOT_JSON, { a: 3 }]);
    assertRows('[{"a":1}, rubbish, {"a":3}]', [{ a: 1 }, NOT_JSON, { a: 3 }]);
    assertRows('[{\'a\':1}, {a:2}, {"a":3}]', [NOT_JSON, NOT_JSON, { a: 3 }]);
  });

  test('when a comma is missing, doubled or trailing', () => {
    assertRows('[{"a":1} {"a":2}, {"a":3}]', [NOT_JSON, { a: 3 }]);
    assertRows('[{"a":1},, {"a":3}]', [{ a: 1 }, NOT_JSON, { a: 3 }]);
    assertRows('[{"a":1},]', [{ a: 1 }, NOT_JSON]);
  });

  test('when it has a brace too many', () => assertRows('[{"a":1}},{"a":2}]', [NOT_JSON, { a: 2 }]));

  test('when its last brace is missing', () =>
    assertRows('[\n{"a":1,\n{"a":2},\n{"a":3}\n]', [NOT_JSON, { a: 2 }, { a: 3 }]));

  test('when a quote is missing', () =>
    assertRows('[\n{"a":"1},\n{"a":"2"},\n  {"a":"3"}\n]', [NOT_JSON, { a: '2' }, { a: '3' }]));

  test('when it is not UTF-8', () => {
    const content = Buffer.concat([
      Buffer.from('[{"a":"'),
      Buffer.from([0xe9]),
      Buffer.from('"},{"a":"é"}]'),
    ]);
    assertRows(content, ['is not UTF-8', { a: 'é' }]);
  });

  test('when it is longer than any row may be', () => {
    const long = `{"a":"${'x'.repeat(ROW_BYTES_MAX)}"}`;
    const rows = [{ a: 1 }, `is longer than ${ROW_BYTES_MAX} bytes`, { a: 3 }];
    expect(read(`[{"a":1},\n${long},\n{"a":3}]`)).toEqual(rows);
    expect(read(`[{"a":1},\n${long},\n{"a":3}]`, 10_000)).toEqual(rows);
  });
});

describe('content that is not an array', () => {
  test.each([
    ['nothing', '', ['no JSON array was found']],
    ['white space', ' \n', ['no JSON array was found']],
    ['an object', '{"a":[1,2]}', ['no JSON array was found']],
    ['rows without an array', '{"a":1}\n{"a":2}\n', ['no JSON array was found']],
    ['UTF-16', Buffer.from('\uFEFF[1]', 'utf16le'), ['no JSON array was found']],
  ])('is refused: %s', (_what, content, rows) => assertRows(content, rows));

  test('is read to its end when it is truncated', () => {
    assertRows('[{"a":1},{"a', [{ a: 1 }, NOT_JSON]);
    assertRows('[{"a":1},{"a":2}', [{ a: 1 }, NOT_JSON]);
    assertRows('[{"a":1},', [{ a: 1 }, 'the array is not closed']);
    assertRows('[', ['the array is not closed']);
  });

  test('is reported when something follows the array, and read on at the next line', () => {
    assertRows('[{"a":1}] x', [{ a: 1 }, 'something follows the end of the array']);
    assertRows('[{"a":1}]\n[\n{"a":2}\n]', [{ a: 1 }, 'something follows the end of the array', { a: 2 }]);
  });
});

test('every row of content without a valid row is reported', () => {
  expect(read(`[\n${'{"a":1,\n'.repeat(1_000)}]`, 65_536)).toEqual(
    Array.from({ length: 1_000 }, () => NOT_JSON),
  );
});

test('skipped content does not accumulate in memory', () => {
  const rows = new ArrayRows();
  const chunk = Buffer.alloc(1 << 20, '[');
  expect([...rows.push(chunk)]).toHaveLength(1);
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 200; i++) expect([...rows.push(chunk)]).toEqual([]);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 << 20);
});
