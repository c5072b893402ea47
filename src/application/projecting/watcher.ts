import type { Timer } from '../ports/timer.js';
import { Backoff } from './backoff.js';

type Waiter<Value> = {
  readonly isMet: (value: Value) => boolean;
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Polls a value, such as a checkpoint: once for all waiters, and only while there are any. The pauses between polls
 * double from `minMs` to `maxMs`, and begin with `minMs` again for each new waiter.
 */
export class Watcher<Value> {
  private readonly waiters = new Set<Waiter<Value>>();
  private readonly backoff: Backoff;
  private isPolling = false;

  constructor(
    private readonly read: () => Promise<Value>,
    private readonly timer: Timer,
    { minMs, maxMs }: { readonly minMs: number; readonly maxMs: number },
  ) {
    this.backoff = new Backoff(minMs, maxMs);
  }

  /**
   * The value now, then the value of each poll, until `signal` aborts. A slow consumer misses values.
   *
   * @throws what reading the value throws
   */
  async *values(signal: AbortSignal): AsyncGenerator<Value> {
    if (signal.aborted) return;
    yield await this.read();
    while (!signal.aborted) {
      try {
        yield await this.next(() => true, signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    }
  }

  /**
   * Resolves with the first polled value that meets the condition. The first poll is after a pause.
   *
   * @throws what reading the value throws; the reason of `signal` when it aborts
   */
  async next(isMet: (value: Value) => boolean, signal?: AbortSignal): Promise<Value> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Value>();
    const waiter = { isMet, resolve, reject };
    const abort = () => reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    this.waiters.add(waiter);
    this.backoff.reset();
    if (!this.isPolling) void this.poll();
    try {
      return await promise;
    } finally {
      this.waiters.delete(waiter);
      signal?.removeEventListener('abort', abort);
    }
  }

  private async poll(): Promise<void> {
    this.isPolling = true;
    while (this.waiters.size > 0) {
      await this.timer.after(this.backoff.next());
      if (this.waiters.size > 0) await this.pollOnce();
    }
    this.isPolling = false;
  }

  private async pollOnce(): Promise<void> {
    try {
      const value = await this.read();
      for (const waiter of this.waiters) {
        if (!waiter.isMet(value)) continue;
        this.waiters.delete(waiter);
        waiter.resolve(value);
      }
    } catch (error) {
      for (const { reject } of this.waiters) reject(error);
      this.waiters.clear();
    }
  }
}
