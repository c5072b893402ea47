import { Clock } from '../../application/ports/clock.js';

/** The system's clock. */
export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }
}
