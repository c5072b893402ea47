/** Ends a process that must not go on, because what it believes of its disk may be wrong. */
export abstract class FailStop {
  /** Lets what is being answered out, then ends the process with a failure. Returns at once. */
  abstract stop(because: Error): void;
}
