import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { packUuid, UUID_WORDS, uuidAt } from '../../../../src/application/royalty/replay/packed-uuids.js';

const UUID = '0189aBcd-ef01-7234-8567-89abcdef0123'.toLowerCase();

describe('packed UUIDs', () => {
  test('are read unchanged at any offset', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.nat(20), (uuid, at) => {
        const words = new Uint32Array(at + UUID_WORDS);
        expect(packUuid(uuid, words, at)).toBe(true);
        expect(uuidAt(words, at)).toBe(uuid);
      }),
    );
  });

  test.each(['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff', UUID])(
    '%s is packed',
    (uuid) => {
      const words = new Uint32Array(UUID_WORDS);
      expect(packUuid(uuid, words, 0)).toBe(true);
      expect(uuidAt(words, 0)).toBe(uuid);
    },
  );

  test('reject any other character at any place', () => {
    const words = new Uint32Array(UUID_WORDS);
    const others = ['', '-', 'A', 'F', 'g', '/', ':', '`', 'é', 'Ā', '\u{1d7d8}', '.'];
    const texts = UUID.split('').flatMap((own, at) =>
      others.filter((other) => other !== own).map((other) => UUID.slice(0, at) + other + UUID.slice(at + 1)),
    );
    expect(texts.filter((text) => packUuid(text, words, 0))).toEqual([]);
  });
});
