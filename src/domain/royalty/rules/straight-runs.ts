/** The run that a user is in: how often the same track has been played in a row. */
export type Run = { readonly trackId: string; readonly length: number };

/** The run that a listener is in when a month begins: undefined where none is under way. */
export type RunBefore = { readonly from: number; readonly run: Run | undefined };

/** R5: the next counted play makes the run longer, or begins another. Runs cross days and periods. */
export const nextRun = (run: Run | undefined, trackId: string): Run =>
  run?.trackId === trackId ? { trackId, length: run.length + 1 } : { trackId, length: 1 };
