/** The origin of an event. Stored as JSON beside `data`. */
export type EventMetadata = {
  /** The command that caused the event; for a client's command a UUID derived from actor and `Idempotency-Key`. */
  readonly commandId: string;
  /** SHA-256 (hex) of the command's content, to detect a key that is reused with another body. */
  readonly commandHash: string;
  /** The first command of a chain of commands and events. Absent if it equals `commandId`. */
  readonly correlationId?: string;
  /** Id of the event that a process reacted to. Absent for a command from outside. */
  readonly causationId?: string;
  /** The sender of the command: `role:subject`. */
  readonly actor: string;
  /** When the command was received: UTC, epoch milliseconds. */
  readonly at: number;
  /** Version of the event's schema, from 1. */
  readonly schema: number;
};

export type NewEvent = {
  /** UUID, deterministic for the command and the event's index in it. */
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly metadata: EventMetadata;
};

export type RecordedEvent = NewEvent & {
  readonly stream: string;
  /** 0-based place in its stream, gapless. */
  readonly revision: number;
  /** Place in the whole log: strictly increasing, not gapless, above 0, below 2^63. */
  readonly position: bigint;
  /** Equals `metadata.schema`. A store that decodes metadata lazily provides it without decoding them. */
  readonly schema: number;
};

/** -1 is the revision of a stream that does not exist. */
export const NO_STREAM = -1;

/** The position before the first event. */
export const START = 0n;

/** Most events in one append. */
export const APPEND_EVENTS_MAX = 500;

/** Most bytes of JSON in one append, data and metadata together: EventStoreDB accepts 1 MiB by default. */
export const APPEND_BYTES_MAX = 1_000_000;

export type Appended = {
  /** Revision of the last event of the append. */
  readonly revision: number;
  /** Position of the last event of the append. */
  readonly position: bigint;
};

/** The events that a reader selects: both conditions must hold; an absent one always holds. */
export type Selection = {
  readonly types?: readonly string[];
  /** Categories: the part of a stream's name before its first `-`. */
  readonly categories?: readonly string[];
};

export type ReadOptions = {
  readonly select?: Selection;
  /** Most events in one page, 1 to 10,000. Default 1,000. */
  readonly pageSize?: number;
  /** Stops the reading; the iteration then ends without an error. */
  readonly signal?: AbortSignal;
};

/** Selected events of one part of the log, in order. May be empty. */
export type Page = {
  readonly events: readonly RecordedEvent[];
  /** Every selected event at or before this position has been delivered: a reader may resume after it. */
  readonly upTo: bigint;
  /** Whether `upTo` was the head of the log when the page was read. */
  readonly atHead: boolean;
};

const NO_MORE = Promise.resolve({ done: true, value: undefined } as const);

/**
 * No events, known without I/O. `readStream` may return this very object, so that a caller which compares it can go on
 * without an `await`.
 */
export const NO_PAGES: AsyncIterable<never> = { [Symbol.asyncIterator]: () => ({ next: () => NO_MORE }) };

/** Figures of the log for `/metrics`. */
export type LogStatistics = {
  /** Number of events, if the engine knows it without counting. */
  readonly events?: number;
  /** Durable commits since the start of the process, if the engine counts them. */
  readonly syncs?: number;
  readonly bytes?: number;
};

/**
 * The log of events. Its contract is test/infrastructure/eventstore/event-store.contract.ts, which every adapter runs.
 *
 * Every call ends within the adapter's deadline, even if the server hangs. System events of the engine
 * (streams that begin with `$`) are never delivered.
 */
export abstract class EventStore {
  /**
   * Adds all of `events` to `stream`, or none. Resolves once they are durable.
   * A repeat of an append (same stream, same `expected`, same event ids) returns the result of the first and writes nothing.
   *
   * @param expected revision of the stream's last event, or NO_STREAM
   * @param events 1 to APPEND_EVENTS_MAX, of no more than APPEND_BYTES_MAX in all
   * @throws {RangeError} for more, and for an invalid stream or revision: nothing was written
   * @throws {RevisionConflict} when `stream` is not at `expected`
   * @throws {StoreBusy} when too many appends wait: nothing was written, retry later
   * @throws {StoreFull} when the disk is full: nothing was written
   * @throws {StoreUnavailable} when the engine did not respond; if `ambiguous`, the append may have been written: repeat it
   * @throws {StoreStopped} after a failed write to disk: the process must end
   */
  abstract append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended>;

  /**
   * The events of `stream` from revision `from` (default 0), in pages; no page when there are none. Returns NO_PAGES itself
   * where the adapter knows that without I/O.
   *
   * @throws {StoreUnavailable}
   */
  abstract readStream(stream: string, from?: number): AsyncIterable<readonly RecordedEvent[]>;

  /**
   * The log after `after`, up to its head at the start of the read; the last page has `atHead`.
   *
   * @throws {StoreUnavailable}
   */
  abstract readAll(after: bigint, options?: ReadOptions): AsyncIterable<Page>;

  /**
   * The log after `after`, then each new event as it is added, until `signal` aborts. Pulled: a slow reader does not slow
   * others and needs bounded memory. A lost connection causes no gap and no repeat.
   *
   * @throws {StoreUnavailable} when the engine is unreachable for longer than the adapter retries
   */
  abstract subscribe(
    after: bigint,
    options: ReadOptions & { readonly signal: AbortSignal },
  ): AsyncIterable<Page>;

  /**
   * Position of the last event; START for an empty log.
   *
   * @throws {StoreUnavailable}
   */
  abstract head(): Promise<bigint>;

  abstract statistics(): Promise<LogStatistics>;

  /** Waits for calls in flight, then closes files and connections. A second call does nothing. */
  abstract close(): Promise<void>;
}

export class RevisionConflict extends Error {
  override readonly name = 'RevisionConflict';
  constructor(
    readonly stream: string,
    readonly expected: number,
    readonly actual: number,
  ) {
    super(`${stream} is at revision ${actual}, not ${expected}.`);
  }
}

export class StoreBusy extends Error {
  override readonly name = 'StoreBusy';
}

export class StoreFull extends Error {
  override readonly name = 'StoreFull';
}

export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  /** @param ambiguous whether an append may have been written in spite of the error */
  constructor(
    message: string,
    readonly ambiguous: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export class StoreStopped extends Error {
  override readonly name = 'StoreStopped';
}

/** A data folder in use, of another version, or of another program. Shown to people at start. */
export class DataFolderUnusable extends Error {
  override readonly name = 'DataFolderUnusable';
}
