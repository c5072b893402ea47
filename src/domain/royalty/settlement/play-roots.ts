import { type MerkleAccumulator, merkleAccumulator } from '../../shared/merkle-accumulator.js';
import { hex, type Sha256 } from '../../shared/sha256.js';
import type { SettledPlay, Verdict } from './verdicts.js';

/**
 * The leaf of a play in the tree of the counted or the rejected plays (R19): canonical JSON (RFC 8785), written by hand,
 * since there are millions of them. Ids hold nothing that JSON escapes.
 */
export const playRecord = (play: SettledPlay, verdict: Verdict): string => {
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

/**
 * The trees of counted and of rejected plays. Leaves are in order of (listener, start, play), by bytes: the order of
 * delivery does not show. Held plays are among the counted ones: they have weight in the pool.
 */
export type PlayRoots = {
  readonly add: (play: SettledPlay, verdict: Verdict) => void;
  /** In hexadecimal. */
  readonly roots: () => { readonly countedRoot: string; readonly rejectedRoot: string };
};

export const playRoots = (sha256: Sha256): PlayRoots => {
  const counted = merkleAccumulator(sha256);
  const rejected = merkleAccumulator(sha256);
  // U+0000 is the byte 0 that RFC 6962 puts before a leaf.
  const add = (tree: MerkleAccumulator, record: string) => tree.add(sha256(`\0${record}`));
  return {
    add: (play, verdict) => add(verdict.is === 'rejected' ? rejected : counted, playRecord(play, verdict)),
    roots: () => ({ countedRoot: hex(counted.root()), rejectedRoot: hex(rejected.root()) }),
  };
};
