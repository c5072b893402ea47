/** The time of day, for commands only: folds and decisions take it from the command. */
export abstract class Clock {
  /** UTC, epoch milliseconds, an integer. */
  abstract now(): number;
}
