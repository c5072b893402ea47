import { type EventStoreDBClient, NotLeaderError, StreamNotFoundError } from '@eventstore/db-client';
import { setImmediate as turn } from 'node:timers/promises';
import { StoreUnavailable } from '../../../application/ports/event-store.js';
import { type Collected, collect } from './collect.js';
import { EventStoreDbConnection } from './eventstoredb-connection.js';
import { failure } from './failures.js';

/** Milliseconds left for a call, at least 0. */
export type TimeLeft = () => number;

/** Calls to one server or cluster. Each ends within the deadline; closing waits for those in flight. */
export class Calls {
  private readonly connection: EventStoreDbConnection;
  private readonly closing = new AbortController();
  private readonly inFlight = new Set<Promise<unknown>>();
  private closed: Promise<void> | undefined;

  /** @param deadlineMs longest wait for one response, in milliseconds */
  constructor(
    connectionString: string,
    readonly deadlineMs: number,
  ) {
    this.connection = new EventStoreDbConnection(connectionString);
  }

  get client(): EventStoreDBClient {
    return this.connection.client;
  }

  /** Aborts when closing begins. */
  get signal(): AbortSignal {
    return this.closing.signal;
  }

  /**
   * Makes `call`, which must end within the milliseconds that it is passed.
   *
   * @throws {StoreUnavailable} when closed; else what `call` throws
   */
  async make<T>(left: TimeLeft, call: (ms: number) => Promise<T>): Promise<T> {
    if (this.closed) throw new StoreUnavailable('The connection to EventStoreDB is closed.', false);
    const promise = atLeader(() => call(left()));
    this.inFlight.add(promise);
    try {
      return await promise;
    } finally {
      this.inFlight.delete(promise);
    }
  }

  /**
   * One bounded read. An aborted one returns what has arrived.
   *
   * @throws {StoreUnavailable} {StreamNotFoundError}
   */
  async read(
    open: () => Parameters<typeof collect>[0],
    left = this.deadline(),
    signal?: AbortSignal,
  ): Promise<Collected> {
    try {
      return await this.make(left, (ms) => collect(open(), ms, signal));
    } catch (error) {
      throw error instanceof StreamNotFoundError ? error : failure(error, false);
    }
  }

  /** Starts the time limit of a call of the port. */
  deadline(): TimeLeft {
    const end = performance.now() + this.deadlineMs;
    return () => Math.max(0, end - performance.now());
  }

  close(): Promise<void> {
    this.closed ??= this.end();
    return this.closed;
  }

  private async end(): Promise<void> {
    this.closing.abort();
    await Promise.allSettled(this.inFlight);
    await this.connection.close();
  }
}

/** Repeats the call when the server names another leader, to which the client then connects. */
const atLeader = async <T>(call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof NotLeaderError)) throw error;
    await turn(); // The client switches only after it has thrown the error.
    return call();
  }
};
