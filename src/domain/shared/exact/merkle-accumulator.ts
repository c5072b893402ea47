import { HASH_BYTES, type Sha256 } from './sha256.js';

/** A perfect subtree: 2^level leaves, the first of them at a multiple of 2^level in the whole tree. */
export type Subtree = { readonly level: number; readonly hash: Uint8Array };

/** A tree, or the part of one that begins at some leaf. It holds one or two hashes for each level, whatever its size. */
export type MerkleAccumulator = {
  /** The next leaf, or the next subtree of a part that begins where this one ends. */
  readonly add: (hash: Uint8Array, level?: number) => void;
  /** From left to right, the largest that there are. */
  readonly subtrees: () => readonly Subtree[];
  /** Of a whole tree: the same as `merkleRoot`. */
  readonly root: () => Uint8Array;
};

/** @param first index of the first leaf in the whole tree */
export const merkleAccumulator = (sha256: Sha256, first = 0): MerkleAccumulator => {
  const subtrees: Subtree[] = [];
  let next = first;
  const node = new Uint8Array(1 + 2 * HASH_BYTES);
  node[0] = 1;
  const joined = (left: Uint8Array, right: Uint8Array): Uint8Array => {
    node.set(left, 1);
    node.set(right, 1 + HASH_BYTES);
    return sha256(node);
  };

  return {
    add: (added, level = 0) => {
      let [hash, at] = [added, level];
      let index = next / 2 ** at;
      next += 2 ** at;
      for (; index % 2 === 1; index = (index - 1) / 2) {
        const left = subtrees.at(-1);
        // Its neighbour to the left is in the part before this one, as a whole or with its first leaves.
        if (left?.level !== at) break;
        subtrees.pop();
        hash = joined(left.hash, hash);
        at++;
      }
      subtrees.push({ level: at, hash });
    },
    subtrees: () => subtrees,
    root: () => {
      let hash = subtrees.at(-1)?.hash;
      if (!hash) return sha256(new Uint8Array());
      for (const left of subtrees.slice(0, -1).toReversed()) hash = joined(left.hash, hash);
      return hash;
    },
  };
};
