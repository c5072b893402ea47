import type { AllStreamSubscription } from '@eventstore/db-client';
import { StoreUnavailable } from '../../../application/ports/event-store.js';
import type { StoredEvent } from './recorded.js';
import { pause } from './within.js';

/** Events buffered for a slow reader; after them, HTTP/2 flow control makes the server wait. */
export const BUFFERED_MAX = 256;

/** Pulls events from one subscription of the client. */
export class LiveEvents {
  private failure: Error | undefined;
  private woken = new AbortController();

  constructor(private readonly source: AllStreamSubscription) {
    source.on('readable', () => this.woken.abort());
    source.on('error', (error) => this.fail(error));
    source.on('end', () => this.fail(new StoreUnavailable('EventStoreDB ended the subscription.', false)));
  }

  /**
   * The buffered events, at most `max`, or the next to arrive. Empty after `ms` of silence and when `signal` aborts.
   *
   * @throws the error that ended the subscription, once all events before it were taken
   */
  async next(max: number, ms: number, signal: AbortSignal): Promise<readonly StoredEvent[]> {
    this.woken = new AbortController();
    const there = this.take(max);
    if (there.length > 0) return there;
    if (this.failure) throw this.failure;
    await pause(ms, AbortSignal.any([signal, this.woken.signal]));
    return this.take(max);
  }

  /** Whether the buffer is empty. */
  get drained(): boolean {
    return this.source.readableLength === 0;
  }

  close(): void {
    void this.source.unsubscribe().catch(() => {});
  }

  private take(max: number): readonly StoredEvent[] {
    const taken: StoredEvent[] = [];
    while (taken.length < max) {
      const next = this.source.read() as { readonly event?: StoredEvent } | null;
      if (next === null) break;
      if (next.event) taken.push(next.event);
    }
    return taken;
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.woken.abort();
  }
}
