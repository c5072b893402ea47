import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { contentOf, fingerprintOf } from '../../../src/infrastructure/import/content.js';

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'import-content-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, content: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

const fingerprint = (path: string) => fingerprintOf(path, () => {});

const read = async (path: string): Promise<string> =>
  Buffer.concat(await Array.fromAsync(contentOf(path))).toString();

const CONTENT = JSON.stringify(Array.from({ length: 50_000 }, (_, index) => ({ index, name: 'Ångström' })));

describe('a file is read', () => {
  test('as is or unpacked, depending on its first bytes and not on its name', async () => {
    expect(await read(file('plain.json', CONTENT))).toBe(CONTENT);
    expect(await read(file('packed.json.gz', gzipSync(CONTENT)))).toBe(CONTENT);
    expect(await read(file('plain.json.gz', CONTENT))).toBe(CONTENT);
    expect(await read(file('packed.json', gzipSync(CONTENT)))).toBe(CONTENT);
  });

  test('in chunks', async () => {
    const sizes = (await Array.fromAsync(contentOf(file('large.json.gz', gzipSync(CONTENT))))).map(
      (c) => c.length,
    );
    expect(Math.max(...sizes)).toBeLessThanOrEqual(256 * 1024);
    expect(sizes.length).toBeGreaterThan(4);
  });

  test('also when it has one byte', async () => expect(await read(file('one', '['))).toBe('['));
});

describe('a file has a fingerprint', () => {
  test('of its content, not of its name or packing', async () => {
    const expected = {
      sha256: createHash('sha256').update(CONTENT).digest('hex'),
      bytes: Buffer.byteLength(CONTENT),
    };
    expect(await fingerprint(file('a.json', CONTENT))).toEqual(expected);
    expect(await fingerprint(file('b.gz', gzipSync(CONTENT, { level: 1 })))).toEqual(expected);
    expect(await fingerprint(file('c.gz', gzipSync(CONTENT, { level: 9 })))).toEqual(expected);
  });

  test('also when white space follows the array', async () =>
    expect(await fingerprint(file('space.json', '[]\r\n \t'))).toMatchObject({ bytes: 6 }));
});

describe('a file is rejected', () => {
  const packed = gzipSync(CONTENT);
  const damaged = Buffer.from(packed);
  damaged.fill(0xff, 2_000, 2_100);

  test.each([
    ['that is empty', () => file('empty.json', ''), 'is empty'],
    ['of white space', () => file('blank.json', ' \n'), 'is empty'],
    [
      'whose end is missing',
      () => file('cut.json', CONTENT.slice(0, -1)),
      'truncated: it does not end with "]"',
    ],
    ['that is no array', () => file('object.json', '{"a":[]}'), 'is not a JSON array'],
    [
      'whose archive is truncated',
      () => file('cut.gz', packed.subarray(0, -5_000)),
      'is a truncated gzip archive',
    ],
    ['whose archive has no checksum', () => file('sum.gz', packed.subarray(0, -8)), 'truncated gzip archive'],
    ['whose archive is damaged', () => file('damaged.gz', damaged), 'is a damaged gzip archive'],
    ['that does not exist', () => join(folder, 'none.json'), 'does not exist'],
    ['that is an unexpanded pattern', () => join(folder, 'x/*.json'), 'does the pattern match no file?'],
    ['that is a folder', () => folder, 'is a folder: pass the files in it'],
    [
      'that is a pipe',
      () => {
        execFileSync('mkfifo', [join(folder, 'pipe')]);
        return join(folder, 'pipe');
      },
      'is not a regular file',
    ],
    [
      'that cannot be opened',
      () => {
        symlinkSync('loop', join(folder, 'loop'));
        return join(folder, 'loop');
      },
      'cannot be read (ELOOP)',
    ],
  ])('%s', async (_what, path, reason) => {
    await expect(fingerprint(path())).rejects.toMatchObject({
      name: 'UnreadableFile',
      message: expect.stringContaining(reason),
    });
  });
});
