/**
 * Who played what, for R8: for each listener, in order of id, tracks and credits. Ten million plays are some millions
 * of pairs, so that they are kept in plain arrays of numbers.
 */
export type UserCredits = {
  readonly listeners: readonly string[];
  /** Where the pairs of each listener begin, and where those of the last end. */
  readonly starts: readonly number[];
  /** Index in `trackIds` of each pair. */
  readonly tracks: Uint32Array;
  /** Credit in ppm of each pair. */
  readonly credits: Float64Array;
  /** In the order in which they were first heard. */
  readonly trackIds: readonly string[];
};

type Pair = { readonly track: { readonly index: number }; readonly creditPpm: number };

const PAIRS_AT_FIRST = 1_024;

export const openUserCredits = () => {
  const listeners: string[] = [];
  const starts: number[] = [0];
  let tracks = new Uint32Array(PAIRS_AT_FIRST);
  let credits = new Float64Array(PAIRS_AT_FIRST);
  let length = 0;
  return {
    /** A listener without any pair is one who listened and earned nobody anything. */
    add: (listenerId: string, pairs: Iterable<Pair>): void => {
      for (const { track, creditPpm } of pairs) {
        if (length === tracks.length) {
          const [moreTracks, moreCredits] = [new Uint32Array(2 * length), new Float64Array(2 * length)];
          moreTracks.set(tracks);
          moreCredits.set(credits);
          [tracks, credits] = [moreTracks, moreCredits];
        }
        tracks[length] = track.index;
        credits[length] = creditPpm;
        length++;
      }
      listeners.push(listenerId);
      starts.push(length);
    },
    result: (trackIds: readonly string[]): UserCredits => ({
      listeners,
      starts,
      tracks: tracks.subarray(0, length),
      credits: credits.subarray(0, length),
      trackIds,
    }),
  };
};
