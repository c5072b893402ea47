/** Waiting, for the shell only: nothing is decided or folded by it. */
export abstract class Timer {
  /** Fulfils after `ms` milliseconds. */
  abstract after(ms: number): Promise<void>;
}
