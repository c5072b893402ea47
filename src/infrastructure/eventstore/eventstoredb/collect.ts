import type { StreamingRead } from '@eventstore/db-client';
import { StoreUnavailable } from '../../../application/ports/event-store.js';
import type { StoredEvent } from './recorded.js';

/** The result of a bounded read, perhaps incomplete. */
export type Collected = {
  readonly events: readonly StoredEvent[];
  /** Whether the server sent everything; else time ran out, or the reader aborted. */
  readonly ended: boolean;
};

/**
 * The events of one bounded read. The client sets no deadline for reads, so this does: after `ms` it resolves with
 * what has arrived, for progress on a slow connection, or rejects if nothing has.
 */
export const collect = (
  source: StreamingRead<{ readonly event?: StoredEvent }>,
  ms: number,
  signal?: AbortSignal,
): Promise<Collected> =>
  new Promise((resolve, reject) => {
    const events: StoredEvent[] = [];
    let settled = false;
    const settle = (end: () => void, cancel: boolean) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
      if (cancel) void source.cancel().catch(() => {});
      end();
    };
    const stop = (ended: boolean) => settle(() => resolve({ events, ended }), !ended);
    const aborted = () => stop(false);
    const timer = setTimeout(() => {
      if (events.length > 0) stop(false);
      else settle(() => reject(new StoreUnavailable('EventStoreDB sent nothing in time.', false)), true);
    }, ms);

    signal?.addEventListener('abort', aborted);
    if (signal?.aborted) aborted();
    source.on('data', ({ event }) => {
      if (event && !settled) events.push(event);
    });
    source.on('end', () => stop(true));
    // Stays on after the end: an error without a listener would end the process.
    source.on('error', (error) => settle(() => reject(error), true));
  });
