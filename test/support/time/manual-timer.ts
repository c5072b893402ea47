import { setImmediate } from 'node:timers/promises';
import { Timer } from '../../../src/application/ports/timer.js';

/** A timer that a test advances. */
export class HandTimer extends Timer {
  private nowMs = 0;
  private readonly sleepers = new Set<{ readonly atMs: number; readonly wake: () => void }>();

  after(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((wake) => {
      if (signal?.aborted) return wake();
      const sleeper = { atMs: this.nowMs + ms, wake };
      this.sleepers.add(sleeper);
      signal?.addEventListener('abort', () => this.sleepers.delete(sleeper) && wake(), { once: true });
    });
  }

  /** Number of pending sleeps. */
  get sleeping(): number {
    return this.sleepers.size;
  }

  /** Advances the time by `ms`, one millisecond at a time, and lets pending callbacks run in between. */
  async turn(ms: number): Promise<void> {
    await setImmediate();
    for (let passed = 0; passed < ms; passed++) {
      this.nowMs += 1;
      for (const sleeper of this.sleepers) {
        if (sleeper.atMs > this.nowMs) continue;
        this.sleepers.delete(sleeper);
        sleeper.wake();
      }
      await setImmediate();
    }
  }
}
