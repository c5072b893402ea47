import { concat, sameBytes, type Sha256 } from '../shared/exact/sha256.js';

// RFC 6962 section 2.1 (the same tree as in RFC 9162). The first byte distinguishes leaf hashes from node hashes, so that
// an inner node cannot pass for a leaf.
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (sha256: Sha256, entry: Uint8Array): Uint8Array => sha256(concat(LEAF, entry));

const nodeHash = (sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array =>
  sha256(concat(NODE, left, right));

/**
 * A tree by levels: `levels[0]` holds the leaf hashes, the last level only the root. A node without a right sibling moves
 * up unchanged, which is equivalent to the RFC's split at the largest power of two.
 */
export type MerkleTree = { readonly levels: readonly (readonly Uint8Array[])[] };

export const merkleTree = (sha256: Sha256, leafHashes: readonly Uint8Array[]): MerkleTree => {
  const levels: (readonly Uint8Array[])[] = [leafHashes];
  let below = leafHashes;
  while (below.length > 1) {
    const level: Uint8Array[] = [];
    for (let i = 0; i < below.length; i += 2) {
      const left = nodeAt(below, i);
      const right = below[i + 1];
      level.push(right ? nodeHash(sha256, left, right) : left);
    }
    levels.push(level);
    below = level;
  }
  return { levels };
};

/** The root. Without leaves it is the hash of the empty string (RFC 6962 2.1). */
export const merkleRoot = (sha256: Sha256, { levels }: MerkleTree): Uint8Array =>
  levels.at(-1)?.[0] ?? sha256(new Uint8Array());

/**
 * The sibling hashes from leaf `index` up to the root, lowest first (RFC 6962 2.1.1).
 *
 * @throws {RangeError} when the tree has no leaf `index`
 */
export const inclusionProof = ({ levels }: MerkleTree, index: number): readonly Uint8Array[] => {
  if (!(index >= 0 && index < (levels[0]?.length ?? 0))) throw new RangeError(`There is no leaf ${index}.`);
  const path: Uint8Array[] = [];
  let at = index;
  for (const level of levels.slice(0, -1)) {
    const sibling = level[at % 2 === 0 ? at + 1 : at - 1];
    if (sibling) path.push(sibling);
    at = Math.floor(at / 2);
  }
  return path;
};

/** Whether `leaf`, a leaf hash, is leaf `index` of the tree with `size` leaves and this root (RFC 9162 2.1.3.2). */
export const verifyInclusion = (
  sha256: Sha256,
  claim: {
    readonly leaf: Uint8Array;
    readonly index: number;
    readonly size: number;
    readonly root: Uint8Array;
  },
  proof: readonly Uint8Array[],
): boolean => {
  if (!(claim.index >= 0 && claim.index < claim.size)) return false;
  let at = claim.index;
  let last = claim.size - 1;
  let hash = claim.leaf;
  for (const sibling of proof) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sha256, sibling, hash);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      hash = nodeHash(sha256, hash, sibling);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && sameBytes(hash, claim.root);
};

/**
 * The hashes that prove that the tree extends the tree of its first `size` leaves (RFC 6962 2.1.2).
 *
 * @throws {RangeError} when `size` is below 1 or above the number of leaves
 */
export const consistencyProof = ({ levels }: MerkleTree, size: number): readonly Uint8Array[] => {
  const leaves = levels[0]?.length ?? 0;
  if (!(size >= 1 && size <= leaves)) throw new RangeError(`The tree has ${leaves} leaves, not ${size}.`);

  const path: Uint8Array[] = [];
  let [from, to] = [0, leaves];
  let old = size;
  // Descends to the last subtree that the old tree filled completely and collects the siblings on the way.
  while (old < to - from) {
    const middle = from + largestPowerBelow(to - from);
    if (old <= middle - from) {
      path.push(rangeRoot(levels, middle, to));
      to = middle;
    } else {
      path.push(rangeRoot(levels, from, middle));
      old -= middle - from;
      from = middle;
    }
  }
  // The verifier knows the old root, so it is omitted when it is a subtree of the new tree.
  if (from > 0) path.push(rangeRoot(levels, from, to));
  return path.toReversed();
};

/** Whether the tree `now` extends the tree `old` (RFC 9162 2.1.4.2). */
export const verifyConsistency = (
  sha256: Sha256,
  old: { readonly size: number; readonly root: Uint8Array },
  now: { readonly size: number; readonly root: Uint8Array },
  proof: readonly Uint8Array[],
): boolean => {
  if (old.size < 1 || old.size > now.size) return false;
  if (old.size === now.size) return proof.length === 0 && sameBytes(old.root, now.root);

  const rest = isPowerOfTwo(old.size) ? [old.root, ...proof] : [...proof];
  let at = old.size - 1;
  let last = now.size - 1;
  while (at % 2 === 1) [at, last] = [half(at), half(last)];

  const first = rest.shift();
  if (!first) return false;
  let oldHash = first;
  let newHash = first;
  for (const node of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      oldHash = nodeHash(sha256, node, oldHash);
      newHash = nodeHash(sha256, node, newHash);
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      newHash = nodeHash(sha256, newHash, node);
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 && sameBytes(oldHash, old.root) && sameBytes(newHash, now.root);
};

/** Root over the leaves [from, to); `from` is a multiple of the power of two that covers the range. */
const rangeRoot = (levels: MerkleTree['levels'], from: number, to: number): Uint8Array => {
  let height = 0;
  while (2 ** height < to - from) height++;
  return nodeAt(levels[height] ?? [], from / 2 ** height);
};

const nodeAt = (level: readonly Uint8Array[], index: number): Uint8Array => {
  const node = level[index];
  if (!node) throw new RangeError(`The level has no node ${index}.`);
  return node;
};

const half = (n: number): number => Math.floor(n / 2);

const largestPowerBelow = (n: number): number => {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
};

const isPowerOfTwo = (n: number): boolean => {
  let power = 1;
  while (power < n) power *= 2;
  return power === n;
};
