import { setTimeout } from 'node:timers/promises';
import { Timer } from '../../application/ports/timer.js';

/** Waits on the event loop of this process. */
export class SystemTimer extends Timer {
  after(ms: number): Promise<void> {
    return setTimeout(ms);
  }
}
