import { merkleAccumulator, type Subtree } from '../../shared/exact/merkle-accumulator.js';
import { HASH_BYTES, hex, type Sha256 } from '../../shared/exact/sha256.js';
import type { Verdict } from './verdicts.js';
import type { FinishedPlay } from './finished-play.js';

/**
 * The leaf of a play in the Merkle tree of counted or rejected plays (R19): canonical JSON (RFC 8785), concatenated for
 * speed. Ids contain no character that JSON escapes.
 */
export const playRecord = (play: FinishedPlay, verdict: Verdict): string => {
  const facts = `"listenerId":"${play.listenerId}","playId":"${play.playId}"`;
  const track = `"startedAt":${play.startedAt},"trackId":"${play.trackId}"`;
  switch (verdict.is) {
    case 'counted':
      return `{"creditPpm":${verdict.creditPpm},${facts},${track}}`;
    case 'held':
      return `{"creditPpm":${verdict.creditPpm},"heldBy":"${verdict.caseId}",${facts},${track}}`;
    case 'rejected':
      return `{${facts},"reason":"${verdict.reason}",${track}}`;
  }
};

/** A number of leaves, or the index of a first leaf, in each of the two trees. */
export type Leaves = { readonly counted: number; readonly rejected: number };

/** The subtrees of a range of plays. */
export type PlayTrees = { readonly counted: readonly Subtree[]; readonly rejected: readonly Subtree[] };

/**
 * Opens the trees of counted and of rejected plays for one range. Leaves are in order of (listener, start, play), by
 * bytes, so that the order of arrival does not matter. Held plays are in the counted tree, because they have weight in
 * the pool.
 *
 * Until `placeAt` is called, the leaves are buffered: 32 bytes for each play.
 */
export const openPlayTrees = (sha256: Sha256) => {
  const counted = openTree(sha256);
  const rejected = openTree(sha256);
  return {
    // U+0000 is the byte 0 that RFC 6962 puts before a leaf.
    add: (play: FinishedPlay, verdict: Verdict): void =>
      (verdict.is === 'rejected' ? rejected : counted).add(sha256(`\0${playRecord(play, verdict)}`)),
    leaves: (): Leaves => ({ counted: counted.size(), rejected: rejected.size() }),
    placeAt: (before: Leaves): void => {
      counted.placeAt(before.counted);
      rejected.placeAt(before.rejected);
    },
    /** @throws {RangeError} before `placeAt` was called */
    trees: (): PlayTrees => ({ counted: counted.subtrees(), rejected: rejected.subtrees() }),
  };
};

const LEAVES_IN_BLOCK = 4_096;

const openTree = (sha256: Sha256) => {
  let tree: ReturnType<typeof merkleAccumulator> | undefined;
  let kept: Uint8Array[] = [];
  let size = 0;
  const keep = (leaf: Uint8Array): void => {
    const at = size % LEAVES_IN_BLOCK;
    if (at === 0) kept.push(new Uint8Array(LEAVES_IN_BLOCK * HASH_BYTES));
    kept.at(-1)?.set(leaf, at * HASH_BYTES);
  };
  return {
    add: (leaf: Uint8Array): void => {
      if (tree) tree.add(leaf);
      else keep(leaf);
      size++;
    },
    size: () => size,
    placeAt: (first: number): void => {
      if (tree) throw new RangeError('The number of leaves before the range is already set.');
      tree = merkleAccumulator(sha256, first);
      for (let n = 0; n < size; n++) {
        const at = (n % LEAVES_IN_BLOCK) * HASH_BYTES;
        tree.add(kept[Math.floor(n / LEAVES_IN_BLOCK)]?.subarray(at, at + HASH_BYTES) ?? new Uint8Array());
      }
      kept = [];
    },
    subtrees: (): readonly Subtree[] => {
      if (!tree) throw new RangeError('The number of leaves before the range is not set.');
      return tree.subtrees().map(({ level, hash }) => ({ level, hash: new Uint8Array(hash) }));
    },
  };
};

/** The roots over consecutive ranges, in hexadecimal. */
export const rootsOf = (
  sha256: Sha256,
  ranges: readonly PlayTrees[],
): { readonly countedRoot: string; readonly rejectedRoot: string } => {
  const rootOf = (kind: keyof PlayTrees): string => {
    const tree = merkleAccumulator(sha256);
    for (const range of ranges) for (const { hash, level } of range[kind]) tree.add(hash, level);
    return hex(tree.root());
  };
  return { countedRoot: rootOf('counted'), rejectedRoot: rootOf('rejected') };
};
