/** How the listener reached the track. */
export const PLAY_SOURCES = [
  /** Search results. */
  'search',
  /** The listener's library: saved tracks, followed artists, downloads. */
  'library',
  /** The page of a track, a release or an artist. */
  'catalogue',
  /** A playlist of the listener or of another listener. */
  'playlist',
  /** A playlist of an editor. */
  'editorial',
  /** A shared link or code. */
  'link',
  /** A recommendation, or a generated playlist. */
  'algorithmic',
  /** A radio station. */
  'radio',
  /** Started by the player at the end of the queue. */
  'autoplay',
  /** Not reported. */
  'unknown',
] as const;

export type PlaySource = (typeof PLAY_SOURCES)[number];

const PASSIVE: ReadonlySet<PlaySource> = new Set(['algorithmic', 'radio', 'autoplay', 'unknown']);

/** Whether the listener chose the track, rather than a program (R9). `unknown` is not active. */
export const isActive = (source: PlaySource): boolean => !PASSIVE.has(source);
