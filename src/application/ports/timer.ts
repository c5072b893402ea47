/** Waits. For the application only: no decision and no fold depends on it. */
export abstract class Timer {
  /** Resolves after `ms` milliseconds, or once `signal` aborts, which also cancels the timer. */
  abstract after(ms: number, signal?: AbortSignal): Promise<void>;
}
