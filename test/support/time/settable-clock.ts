import { Clock } from '../../../src/application/ports/clock.js';

/** A clock that stands where a test puts it. UTC, epoch milliseconds. */
export class SetClock extends Clock {
  constructor(public ms: number) {
    super();
  }
  override now = (): number => this.ms;
}
