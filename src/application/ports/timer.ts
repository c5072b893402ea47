/** Waiting, for the shell only: nothing is decided or folded by it. */
export abstract class Timer {
  /** Fulfils after `ms` milliseconds, or as soon as `signal` aborts: nothing is then left waiting. */
  abstract after(ms: number, signal?: AbortSignal): Promise<void>;
}
