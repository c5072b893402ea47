import { merkleAccumulator, type Subtree } from '../../shared/exact/merkle-accumulator.js';
import { HASH_BYTES, hex, type Sha256 } from '../../shared/exact/sha256.js';
import type { Verdict } from './verdicts.js';
import type { FinishedPlay } from './finished-play.js';

/**
 * The leaf of a play in the tree of the counted or the rejected plays (R19): canonical JSON (RFC 8785), written by hand,
 * since there are millions of them. Ids hold nothing that JSON escapes.
 */
export const playRecord = (play: FinishedPlay, verdict: Verdict): string => {
  const facts = `"listenerId":"${play.listenerId}","playId":"${play.playId}"`;
  const rest = `"startedAt":${play.startedAt},"trackId":"${play.trackId}"`;
  switch (verdict.is) {
    case 'counted':
      return `{"creditPpm":${verdict.creditPpm},${facts},${rest}}`;
    case 'held':
      return `{"creditPpm":${verdict.creditPpm},"heldBy":"${verdict.caseId}",${facts},${rest}}`;
    case 'rejected':
      return `{${facts},"reason":"${verdict.reason}",${rest}}`;
  }
};

/** Of the two trees: how many leaves there are, or before which leaf something begins. */
export type Leaves = { readonly counted: number; readonly rejected: number };

/** The part that a range of plays has in the trees. */
export type PlayTrees = { readonly counted: readonly Subtree[]; readonly rejected: readonly Subtree[] };

/**
 * The trees of counted and of rejected plays over one range of them. Leaves are in order of (listener, start, play),
 * by bytes: the order of delivery does not show. Held plays are among the counted ones: they have weight in the pool.
 *
 * As long as nobody knows how many leaves come before the range, its own are kept: 32 bytes for each play.
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
    /** @throws {RangeError} when it is not known where the range begins */
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
      if (tree) throw new RangeError('It is known already how many plays come before these.');
      tree = merkleAccumulator(sha256, first);
      for (let n = 0; n < size; n++) {
        const at = (n % LEAVES_IN_BLOCK) * HASH_BYTES;
        tree.add(kept[Math.floor(n / LEAVES_IN_BLOCK)]?.subarray(at, at + HASH_BYTES) ?? new Uint8Array());
      }
      kept = [];
    },
    subtrees: (): readonly Subtree[] => {
      if (!tree) throw new RangeError('It is not known how many plays come before these.');
      return tree.subtrees().map(({ level, hash }) => ({ level, hash: new Uint8Array(hash) }));
    },
  };
};

/** The roots over ranges one behind the other, in hexadecimal. */
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
