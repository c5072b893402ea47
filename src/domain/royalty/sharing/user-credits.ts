/**
 * Credits by listener and track, for R8, in order of listener id. Kept in typed arrays, because ten million plays make
 * millions of pairs.
 */
export type UserCredits = {
  readonly listeners: readonly string[];
  /** Index of the first pair of each listener; the last entry is the number of pairs. */
  readonly starts: readonly number[];
  /** Track number of each pair. */
  readonly tracks: Uint32Array;
  /** Credit of each pair, ppm of one play. */
  readonly credits: Float64Array;
};

const INITIAL_PAIRS = 1_024;

export const openUserCredits = () => {
  const listeners: string[] = [];
  const starts: number[] = [0];
  let tracks = new Uint32Array(INITIAL_PAIRS);
  let credits = new Float64Array(INITIAL_PAIRS);
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
    /** A listener without pairs listened to something that earned nothing. */
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
