import { HASH_BYTES, type Sha256 } from './sha256.js';

/** A perfect subtree of 2^level leaves. The index of its first leaf in the whole tree is a multiple of 2^level. */
export type Subtree = { readonly level: number; readonly hash: Uint8Array };

/** A Merkle tree under construction, or a part of one. It keeps one or two hashes for each level, whatever its size. */
export type MerkleAccumulator = {
  /** Appends the next leaf, or the next subtree of the part that follows. */
  readonly add: (hash: Uint8Array, level?: number) => void;
  /** The largest perfect subtrees, from left to right. */
  readonly subtrees: () => readonly Subtree[];
  /** The root of a whole tree, equal to `merkleRoot`. */
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
        // The left sibling belongs, at least partly, to the part before this one.
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
