import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import {
  type Appended,
  EventStore,
  type LogStatistics,
  type NewEvent,
  NO_PAGES,
  type Page,
  type ReadOptions,
  type RecordedEvent,
  type StoreStopped,
} from '../../../application/ports/event-store.js';
import { assertAppendable } from '../../shared/append-bounds.js';
import { WriterLock } from '../../shared/writer-lock.js';
import { GroupCommit } from './group-commit.js';
import { SharedHead } from './head-signal.js';
import { bytesOnDisk, ensureFolder, openForWriting } from './log-file.js';
import { LogReading } from './log-reading.js';
import { LogWriter, type PreparedAppend } from './log-writer.js';

export type EmbeddedEventStoreOptions = {
  /** Called once, when a write to the disk failed: the process must end. */
  readonly onStopped?: (error: StoreStopped) => void;
};

/** The log as a SQLite file in a data folder: one writer for each folder, beside any number of EmbeddedLogReaders. */
export class EmbeddedEventStore extends EventStore {
  private readonly lock: WriterLock;
  private readonly db: DatabaseSync;
  private readonly writer: LogWriter;
  private readonly commits: GroupCommit;
  private readonly shared = new SharedHead();
  private readonly reading: LogReading;
  private closing: Promise<void> | undefined;

  /**
   * Creates the folder and the log if they are missing.
   *
   * @throws {DataFolderUnusable} when the folder is in use, or its log is of another program or version
   */
  constructor(
    private readonly folder: string,
    options: EmbeddedEventStoreOptions = {},
  ) {
    super();
    ensureFolder(folder);
    this.lock = WriterLock.take(join(folder, 'writer.lock'), {
      pidPath: join(folder, 'writer.pid'),
      inUse: (pid) =>
        `The data folder ${folder} is in use by another writer${pid === undefined ? '' : ` (process ${pid})`}. ` +
        'Stop that one first, or name another folder.',
    });
    try {
      this.db = openForWriting(folder);
    } catch (error) {
      this.lock.release();
      throw error;
    }
    this.writer = new LogWriter(this.db);
    this.shared.advance(this.writer.head);
    this.reading = new LogReading(folder, this.shared);
    this.commits = new GroupCommit(
      (appends) => this.writer.write(appends),
      () => this.shared.advance(this.writer.head),
      options.onStopped ?? (() => {}),
    );
  }

  /** For EmbeddedLogReaders in worker threads, so that they see new events at once. */
  get headSignal(): SharedArrayBuffer {
    return this.shared.buffer;
  }

  override append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
    try {
      return this.commits.add(prepared(stream, expected, events));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The last revision of a recently written stream is in memory, so that a read after it needs no I/O. */
  override readStream(stream: string, from = 0): AsyncIterable<readonly RecordedEvent[]> {
    const revision = from > 0 ? this.writer.revisionOf(stream) : undefined;
    return revision !== undefined && from > revision ? NO_PAGES : this.reading.stream(stream, from);
  }

  override readAll(after: bigint, options: ReadOptions = {}): AsyncIterable<Page> {
    return this.reading.all(after, options);
  }

  override subscribe(
    after: bigint,
    options: ReadOptions & { readonly signal: AbortSignal },
  ): AsyncIterable<Page> {
    return this.reading.subscribe(after, options);
  }

  override async head(): Promise<bigint> {
    return BigInt(this.reading.head());
  }

  override async statistics(): Promise<LogStatistics> {
    return { events: this.reading.head(), syncs: this.writer.syncs, bytes: bytesOnDisk(this.folder) };
  }

  override close(): Promise<void> {
    return (this.closing ??= this.letGo());
  }

  private async letGo(): Promise<void> {
    await this.commits.close();
    this.reading.close();
    this.db.close();
    this.lock.release();
  }
}

/** Serialises the events at once: the caller may change them while they wait. */
const prepared = (stream: string, expected: number, events: readonly NewEvent[]): PreparedAppend => {
  const texts = events.map(({ id, type, data, metadata }) => ({
    id,
    type,
    data: JSON.stringify(data),
    metadata: JSON.stringify(metadata),
  }));
  assertAppendable(stream, expected, texts);
  return { stream, expected, events: texts };
};
