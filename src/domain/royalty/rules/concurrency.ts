import { byStart } from './straight-runs.js';

/** R16's parameters. */
export type ConcurrencyPolicy = {
  /** Streams that an account may play at once, 1 or more. */
  readonly maxStreams: number;
  /** Crossfades overlap: a play may begin this long before the one it follows has ended. */
  readonly overlapToleranceMs: number;
};

export type TimedPlay = { readonly playbackId: string; readonly startedAt: number; readonly endedAt: number };

/**
 * R16 over one account's plays in any order: the earliest start wins. A play is accepted when fewer than `maxStreams`
 * accepted ones are still going on at its start; a rejected one takes nobody's place.
 *
 * @returns ids in order of (start, id)
 */
export const concurrentPlays = (
  { maxStreams, overlapToleranceMs }: ConcurrencyPolicy,
  plays: readonly TimedPlay[],
): { readonly accepted: readonly string[]; readonly rejected: readonly string[] } => {
  const accepted: string[] = [];
  const rejected: string[] = [];
  let going: number[] = [];
  for (const { playbackId, startedAt, endedAt } of [...plays].sort(byStart)) {
    // Later plays start no earlier: what is over now stays over.
    going = going.filter((end) => startedAt < end - overlapToleranceMs);
    if (going.length < maxStreams) {
      going.push(endedAt);
      accepted.push(playbackId);
    } else {
      rejected.push(playbackId);
    }
  }
  return { accepted, rejected };
};
