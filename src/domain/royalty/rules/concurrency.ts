/** R16's parameters. */
export type ConcurrencyPolicy = {
  /** Streams that an account may play at once, 1 or more. */
  readonly maxStreams: number;
  /** Crossfades overlap: a play may begin this long before the one it follows has ended. */
  readonly overlapToleranceMs: number;
};
