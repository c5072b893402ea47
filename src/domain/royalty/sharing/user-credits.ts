/**
 * Who played what, for R8: for each listener, in order of id, tracks and credits. Ten million plays are some millions
 * of pairs, so that they are kept in plain arrays of numbers.
 */
export type UserCredits = {
  readonly listeners: readonly string[];
  /** Where the pairs of each listener begin, and where those of the last end. */
  readonly starts: readonly number[];
  /** Number of the track of each pair. */
  readonly tracks: Uint32Array;
  /** Credit in ppm of each pair. */
  readonly credits: Float64Array;
};

const PAIRS_AT_FIRST = 1_024;

export const openUserCredits = () => {
  const listeners: string[] = [];
  const starts: number[] = [0];
  let tracks = new Uint32Array(PAIRS_AT_FIRST);
  let credits = new Float64Array(PAIRS_AT_FIRST);
  let length = 0;
  const reserve = (more: number): void => {
    if (length + more <= tracks.length) return;
    const room = Math.max(2 * tracks.length, length + more);
    const [moreTracks, moreCredits] = [new Uint32Array(room), new Float64Array(room)];
    moreTracks.set(tracks);
    moreCredits.set(credits);
    [tracks, credits] = [moreTracks, moreCredits];
  };
  return {
    /** A listener without any pair is one who listened and earned nobody anything. */
    add: (listenerId: string, itsTracks: readonly number[], itsCredits: readonly number[]): void => {
      reserve(itsTracks.length);
      tracks.set(itsTracks, length);
      credits.set(itsCredits, length);
      length += itsTracks.length;
      listeners.push(listenerId);
      starts.push(length);
    },
    result: (): UserCredits => ({
      listeners,
      starts,
      tracks: tracks.slice(0, length),
      credits: credits.slice(0, length),
    }),
  };
};
