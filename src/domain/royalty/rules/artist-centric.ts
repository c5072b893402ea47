/** R9's parameters. The boosts are whole factors, `noiseWeight` too: 0 pays noise nothing. */
export type ArtistCentricPolicy = {
  readonly proMinStreams: number;
  readonly proMinListeners: number;
  /** Plays a month that one user counts for; more are scaled down to it. */
  readonly userCap: number;
  readonly proBoost: number;
  readonly activeBoost: number;
  readonly noiseWeight: number;
  /** Noise that is shorter, or of unknown length, is paid nothing. Absent: noise of any length has its weight. */
  readonly noiseMinMs?: number;
};

/** Plays of an artist in the month and the users behind them, before any cap and boost. */
export type ArtistReach = { readonly streams: number; readonly listeners: number };

/** Whether a play of noise has no weight, since its track is too short. */
export const isTooShort = (
  { noiseMinMs = 0 }: Pick<ArtistCentricPolicy, 'noiseMinMs'>,
  { durationMs }: { readonly durationMs: number | null },
): boolean => (durationMs ?? 0) < noiseMinMs;
