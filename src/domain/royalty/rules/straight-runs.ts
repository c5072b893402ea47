/** A run of one user: the track, and how often it was played in a row. */
export type Run = { readonly trackId: string; readonly length: number };

/** The run of a listener at the beginning of a month; `run` is undefined if there is none. */
export type RunBefore = { readonly from: number; readonly run: Run | undefined };

/** R5: the next counted play lengthens the run or begins another. Runs cross days and periods. */
export const nextRun = (run: Run | undefined, trackId: string): Run =>
  run?.trackId === trackId ? { trackId, length: run.length + 1 } : { trackId, length: 1 };
