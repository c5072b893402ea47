import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createHash } from 'node:crypto';
import {
  consistencyProof,
  inclusionProof,
  leafHash,
  merkleRoot,
  merkleTree,
  verifyConsistency,
  verifyInclusion,
} from '../../../src/domain/audit/merkle.js';

const sha256 = (bytes: Uint8Array | string): Uint8Array => createHash('sha256').update(bytes).digest();
const leaves = (size: number) =>
  Array.from({ length: size }, (_, i) => leafHash(sha256, Buffer.from(`entry ${i}`)));
const treeOf = (size: number) => merkleTree(sha256, leaves(size));
const rootOf = (size: number) => merkleRoot(sha256, treeOf(size));

/** The definition of RFC 6962 2.1, word for word. */
const definition = (list: readonly Uint8Array[]): Uint8Array => {
  const [only] = list;
  if (!only) return sha256(new Uint8Array());
  if (list.length === 1) return only;
  let k = 1;
  while (k * 2 < list.length) k *= 2;
  return sha256(Buffer.concat([Buffer.of(1), definition(list.slice(0, k)), definition(list.slice(k))]));
};

test.each(Array.from({ length: 20 }, (_, size) => size))(
  'a tree of %i leaves has the root that the RFC defines',
  (size) => expect(Buffer.from(rootOf(size)).equals(Buffer.from(definition(leaves(size))))).toBe(true),
);

describe('a proof of inclusion', () => {
  test('holds for each leaf of each tree', () => {
    for (let size = 1; size <= 20; size++)
      for (let index = 0; index < size; index++) {
        const claim = { leaf: leaves(size)[index] ?? new Uint8Array(), index, size, root: rootOf(size) };
        expect(verifyInclusion(sha256, claim, inclusionProof(treeOf(size), index))).toBe(true);
      }
  });
  test('does not hold for another leaf, place, size or proof', () =>
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(), fc.nat(), (size, i, j) => {
        const [index, other] = [i % size, j % size];
        fc.pre(index !== other);
        const proof = inclusionProof(treeOf(size), index);
        const claim = { leaf: leaves(size)[index] ?? new Uint8Array(), index, size, root: rootOf(size) };
        expect(
          verifyInclusion(sha256, { ...claim, leaf: leaves(size)[other] ?? new Uint8Array() }, proof),
        ).toBe(false);
        expect(verifyInclusion(sha256, { ...claim, index: other }, proof)).toBe(false);
        expect(verifyInclusion(sha256, { ...claim, index: size }, proof)).toBe(false);
        expect(verifyInclusion(sha256, { ...claim, root: rootOf(size + 1) }, proof)).toBe(false);
        expect(verifyInclusion(sha256, claim, proof.slice(1))).toBe(false);
        expect(verifyInclusion(sha256, claim, [...proof, claim.leaf])).toBe(false);
      }),
    ));
  test('does not exist for a leaf beyond the tree', () =>
    expect(() => inclusionProof(treeOf(3), 3)).toThrow(RangeError));
});

describe('a proof of consistency', () => {
  test('holds for each prefix of each tree', () => {
    for (let now = 1; now <= 20; now++)
      for (let old = 1; old <= now; old++) {
        const proof = consistencyProof(treeOf(now), old);
        expect(
          verifyConsistency(
            sha256,
            { size: old, root: rootOf(old) },
            { size: now, root: rootOf(now) },
            proof,
          ),
        ).toBe(true);
      }
  });
  test('does not hold for a tree with another prefix', () =>
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 30 }), fc.nat(), (now, i) => {
        const old = 1 + (i % (now - 1));
        const proof = consistencyProof(treeOf(now), old);
        const changed = merkleRoot(
          sha256,
          merkleTree(sha256, leaves(old).with(0, leafHash(sha256, Buffer.from('x')))),
        );
        const later = { size: now, root: rootOf(now) };
        expect(verifyConsistency(sha256, { size: old, root: changed }, later, proof)).toBe(false);
        expect(
          verifyConsistency(sha256, { size: old, root: rootOf(old) }, { size: now, root: changed }, proof),
        ).toBe(false);
        expect(verifyConsistency(sha256, { size: old, root: rootOf(old) }, later, proof.slice(1))).toBe(
          false,
        );
      }),
    ));
  test('does not exist for more leaves than the tree has', () =>
    expect(() => consistencyProof(treeOf(3), 4)).toThrow(RangeError));
});
