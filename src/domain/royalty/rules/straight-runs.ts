import { compareBytes } from '../../shared/exact/byte-order.js';

/** The run that a user is in: how often the same track has been played in a row. */
export type Run = { readonly trackId: string; readonly length: number };

/** The run that a listener is in when a month begins: undefined where none is under way. */
export type RunBefore = { readonly from: number; readonly run: Run | undefined };

/** R5: the next counted play makes the run longer, or begins another. Runs cross days and periods. */
export const nextRun = (run: Run | undefined, trackId: string): Run =>
  run?.trackId === trackId ? { trackId, length: run.length + 1 } : { trackId, length: 1 };

export type StartedPlay = {
  readonly playbackId: string;
  readonly trackId: string;
  readonly startedAt: number;
};

/** The order in which rules look at plays: by start, then by id (R5, R16). */
export const byStart = (
  a: { readonly startedAt: number; readonly playbackId: string },
  b: { readonly startedAt: number; readonly playbackId: string },
): number => a.startedAt - b.startedAt || compareBytes(a.playbackId, b.playbackId);

/**
 * R5 over one user's counted plays in any order: play `limit` + 1 and later of a straight run are deemed not human
 * (37 CFR 385.2, "Play"). Plays that do not count neither lengthen nor break a run: leave them out.
 *
 * @returns the ids of the plays beyond the limit, and the run that the next play goes on with
 */
export const beyondStraightRun = (
  plays: readonly StartedPlay[],
  limit: number,
  before?: Run,
): { readonly beyond: ReadonlySet<string>; readonly run: Run | undefined } => {
  const beyond = new Set<string>();
  let run = before;
  for (const play of [...plays].sort(byStart)) {
    run = nextRun(run, play.trackId);
    if (run.length > limit) beyond.add(play.playbackId);
  }
  return { beyond, run };
};
