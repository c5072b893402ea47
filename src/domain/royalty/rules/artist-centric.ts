/** Parameters of R9. Boosts and `noiseWeight` are integer factors; `noiseWeight` 0 pays nothing for noise. */
export type ArtistCentricPolicy = {
  readonly proMinStreams: number;
  readonly proMinListeners: number;
  /** Plays of one user that count in a month; a user with more has all weights scaled down. */
  readonly userCap: number;
  readonly proBoost: number;
  readonly activeBoost: number;
  readonly noiseWeight: number;
  /** Shorter noise, or noise of unknown length, earns nothing. Absent: noise of any length has its weight. */
  readonly noiseMinMs?: number;
};

/** Plays of an artist in the month and their distinct users, before caps and boosts. */
export type ArtistReach = { readonly streams: number; readonly listeners: number };

/** Whether a track of noise is too short to earn anything. */
export const isTooShort = (
  { noiseMinMs = 0 }: Pick<ArtistCentricPolicy, 'noiseMinMs'>,
  { durationMs }: { readonly durationMs: number | null },
): boolean => (durationMs ?? 0) < noiseMinMs;
