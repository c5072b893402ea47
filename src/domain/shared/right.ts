/** The rights in a track: shares are claimed and money is paid for each of them. */
export const RIGHTS = ['recording', 'mechanical', 'performing'] as const;

/** The sound recording (labels), or the musical work in it (publishers): reproduced (`mechanical`) or `performing`. */
export type Right = (typeof RIGHTS)[number];
