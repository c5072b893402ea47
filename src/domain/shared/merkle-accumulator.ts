import { HASH_BYTES, type Sha256 } from './sha256.js';

/** The root of a tree whose leaves come one after another. It holds one hash for each level, whatever their number. */
export type MerkleAccumulator = {
  readonly add: (leafHash: Uint8Array) => void;
  /** Of the leaves so far: the same as `merkleRoot` of their tree. */
  readonly root: () => Uint8Array;
  readonly size: () => number;
};

export const merkleAccumulator = (sha256: Sha256): MerkleAccumulator => {
  // Perfect subtrees from left to right, each smaller than the one before it: the binary digits of `size`.
  const subtrees: Uint8Array[] = [];
  let size = 0;
  const node = new Uint8Array(1 + 2 * HASH_BYTES);
  node[0] = 1;
  const joined = (left: Uint8Array, right: Uint8Array): Uint8Array => {
    node.set(left, 1);
    node.set(right, 1 + HASH_BYTES);
    return sha256(node);
  };

  return {
    add: (leafHash) => {
      let hash = leafHash;
      for (let bits = size; bits % 2 === 1; bits = Math.floor(bits / 2)) {
        const left = subtrees.pop();
        if (left) hash = joined(left, hash);
      }
      subtrees.push(hash);
      size++;
    },
    root: () => {
      let hash = subtrees.at(-1);
      if (!hash) return sha256(new Uint8Array());
      for (const left of subtrees.slice(0, -1).toReversed()) hash = joined(left, hash);
      return hash;
    },
    size: () => size,
  };
};
