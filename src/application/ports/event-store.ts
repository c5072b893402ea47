/** What is known about an event besides the fact itself. Stored as JSON beside `data`. */
export type EventMetadata = {
  /** The command that caused the event; for a client's command a UUID derived from actor and `Idempotency-Key`. */
  readonly commandId: string;
  /** SHA-256 (hex) of the command's content, so that the same key with another body is noticed. */
  readonly commandHash: string;
  /** Absent when the command began its own conversation: then it equals `commandId`. */
  readonly correlationId?: string;
  /** Id of the event that a process reacted to. Absent for a command from outside. */
  readonly causationId?: string;
  /** Who asked: `role:subject`. */
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
  /** Place in the whole log: strictly growing, not gapless, above 0, below 2^63. */
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

/** Most bytes of JSON in one append, data and metadata together: EventStoreDB takes 1 MiB unless told otherwise. */
export const APPEND_BYTES_MAX = 1_000_000;

export type Appended = {
  /** Revision of the last event of the append. */
  readonly revision: number;
  /** Position of the last event of the append. */
  readonly position: bigint;
};

/** Which events a reader wants; both conditions must hold, an absent one always does. */
export type Selection = {
  readonly types?: readonly string[];
  /** Categories: what a stream's name has before its first `-`. */
  readonly categories?: readonly string[];
};

export type ReadOptions = {
  readonly select?: Selection;
  /** Most events in one page, 1 to 10,000. Default 1,000. */
  readonly pageSize?: number;
  /** Stops the reading; the iteration then ends without an error. */
  readonly signal?: AbortSignal;
};

/** A run of the log, in order. It may be empty when nothing in the run was selected. */
export type Page = {
  readonly events: readonly RecordedEvent[];
  /** Every selected event at or before this position has been delivered: a reader may resume after it. */
  readonly upTo: bigint;
  /** Nothing lay behind `upTo` when the page was read. */
  readonly atHead: boolean;
};

const NO_MORE = Promise.resolve({ done: true, value: undefined } as const);

/**
 * No events, known without I/O. `readStream` may return this very object, so that a caller which compares it can go on
 * without an `await`.
 */
export const NO_PAGES: AsyncIterable<never> = { [Symbol.asyncIterator]: () => ({ next: () => NO_MORE }) };

/** What an operator wants to know of the log, for `/metrics`. */
export type LogStatistics = {
  /** Number of events, where the engine knows it cheaply. */
  readonly events?: number;
  /** Commits that were made durable since the start of the process, where the engine counts them. */
  readonly syncs?: number;
  readonly bytes?: number;
};

/**
 * The log of facts. Its contract is test/infrastructure/event-store.contract.ts, which every adapter runs.
 *
 * Every call ends within the adapter's deadline, whatever the server does. System events of the engine
 * (streams that begin with `$`) are never delivered.
 */
export abstract class EventStore {
  /**
   * Adds all of `events` to `stream`, or none; durable when the promise fulfils.
   * A repeat of an append (same stream, same `expected`, same event ids) answers like the first and writes nothing.
   *
   * @param expected revision of the stream's last event, or NO_STREAM
   * @param events 1 to APPEND_EVENTS_MAX, of no more than APPEND_BYTES_MAX in all
   * @throws {RangeError} for more, and for a stream or revision that cannot be: nothing was written
   * @throws {RevisionConflict} when `stream` is not at `expected`
   * @throws {StoreBusy} when too many appends wait: nothing was written, try again later
   * @throws {StoreFull} when the disk is full: nothing was written
   * @throws {StoreUnavailable} when the engine did not answer; if `ambiguous`, the append may have happened: repeat it
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
   * The log after `after` as far as it reached when the reading began; the last page has `atHead`.
   *
   * @throws {StoreUnavailable}
   */
  abstract readAll(after: bigint, options?: ReadOptions): AsyncIterable<Page>;

  /**
   * The log after `after`, then each new event as it is added, until `signal` aborts. Pulled: a slow reader slows
   * nobody and costs a bounded amount of memory. Survives the loss of a connection without a gap or a repeat.
   *
   * @throws {StoreUnavailable} when the engine stays away longer than the adapter's patience
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

  /** Waits for what is in flight, then lets go of files and connections. A second call does nothing. */
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
  /** `ambiguous`: whether an append may have been written all the same. */
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

/** A data folder that cannot be used as it is: in use, of another version, or not ours. For people, at start. */
export class DataFolderUnusable extends Error {
  override readonly name = 'DataFolderUnusable';
}
