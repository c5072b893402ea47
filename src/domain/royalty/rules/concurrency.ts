/** Parameters of R16. */
export type ConcurrencyPolicy = {
  /** Streams that an account may play at once, 1 or more. */
  readonly maxStreams: number;
  /** For crossfades: a play may start this long before the end of the play it follows. */
  readonly overlapToleranceMs: number;
};
