/** Ends a process that can no longer trust its disk. */
export abstract class FailStop {
  /** Sends pending responses, then ends the process with a failure. Returns at once. */
  abstract stop(because: Error): void;
}
