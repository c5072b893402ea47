import { Clock } from '../../../src/application/ports/clock.js';

/** A clock that shows the time set by a test, in epoch milliseconds. */
export class SetClock extends Clock {
  constructor(public ms: number) {
    super();
  }
  override now = (): number => this.ms;
}
