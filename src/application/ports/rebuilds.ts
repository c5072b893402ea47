/** Builds projections anew while they are read. */
export abstract class Rebuilds {
  /**
   * Folds the log into the projection `name` from its start, beside the documents that are read, and swaps the two when
   * it has caught up. A build that is under way is begun again. Also what a projection needs that stopped, once its cause
   * is gone.
   *
   * @returns false when there is no such projection in this process
   */
  abstract rebuild(name: string): boolean;
}
