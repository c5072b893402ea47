/** How a play came to be chosen. */
export const PLAY_SOURCES = [
  /** Found by searching. */
  'search',
  /** From what the listener keeps: saved tracks, followed artists, downloads. */
  'library',
  /** From the page of a track, a release or an artist. */
  'catalogue',
  /** From a playlist that the listener or somebody he knows has made. */
  'playlist',
  /** From a playlist that an editor has made. */
  'editorial',
  /** A link or a code that somebody shared. */
  'link',
  /** Recommended, or from a playlist that a program has made. */
  'algorithmic',
  /** A station that goes on by itself. */
  'radio',
  /** It followed when the queue was at its end. */
  'autoplay',
  /** The player did not say. */
  'unknown',
] as const;

export type PlaySource = (typeof PLAY_SOURCES)[number];

const PASSIVE: ReadonlySet<PlaySource> = new Set(['algorithmic', 'radio', 'autoplay', 'unknown']);

/** R9: searched for, or found by a hand; not served by a program. What nobody said is not taken for a choice. */
export const isActive = (source: PlaySource): boolean => !PASSIVE.has(source);
