import { Clock } from '../../application/ports/clock.js';

/** The machine's time of day. */
export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }
}
