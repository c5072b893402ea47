/** The rights in a track under which shares are claimed and money is paid. */
export const RIGHTS = ['recording', 'mechanical', 'performing'] as const;

/** The recording (labels), or the work in it (publishers): copied (`mechanical`) or performed. */
export type Right = (typeof RIGHTS)[number];
