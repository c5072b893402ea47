/** Rebuilds projections while they are being read. */
export abstract class Rebuilds {
  /**
   * Folds the log into a new build of the projection `name`, and swaps it with the live build once it has caught up. A build
   * that is under way starts again. Also restarts a projection that stopped, once the cause is removed.
   *
   * @returns false if this process has no projection `name`
   */
  abstract rebuild(name: string): boolean;
}
