import {
  type Appended,
  EventStore,
  type LogStatistics,
  type Page,
  type ReadOptions,
  type RecordedEvent,
} from '../../../application/ports/event-store.js';
import { SharedHead } from './head-signal.js';
import { bytesOnDisk } from './log-file.js';
import { LogReading } from './log-reading.js';

/** The embedded log for reading only, in a worker thread or another process, beside its writer. */
export class EmbeddedLogReader extends EventStore {
  private readonly reading: LogReading;

  /**
   * @param headSignal `EmbeddedEventStore.headSignal` of the writer in the same process: new events are then seen at
   *   once; without it the reader polls, at least every 50 ms
   * @throws {DataFolderUnusable}
   */
  constructor(
    private readonly folder: string,
    headSignal?: SharedArrayBuffer,
  ) {
    super();
    this.reading = new LogReading(folder, headSignal && new SharedHead(headSignal));
  }

  override append(): Promise<Appended> {
    return Promise.reject(new Error('This process reads the log; another one writes it.'));
  }

  override readStream(stream: string, from = 0): AsyncIterable<readonly RecordedEvent[]> {
    return this.reading.stream(stream, from);
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
    return { events: this.reading.head(), bytes: bytesOnDisk(this.folder) };
  }

  override async close(): Promise<void> {
    this.reading.close();
  }
}
