import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as turn } from 'node:timers/promises';
import {
  type Page,
  type ReadOptions,
  type RecordedEvent,
  StoreUnavailable,
} from '../../../application/ports/event-store.js';
import { type HeadSource, PolledHead } from './head-signal.js';
import { LogCursor } from './log-cursor.js';
import { openForReading } from './log-file.js';
import { LogPages, STREAM_PAGE } from './log-pages.js';
import { messageOf, sqliteCode } from '../../shared/sqlite-failure.js';

/** Reads the log on its own connection: beside the writer, in a worker thread or in another process. */
export class LogReading {
  private readonly db: DatabaseSync;
  private readonly pages: LogPages;
  private readonly source: HeadSource;
  private readonly closed = new AbortController();

  /** @param source notifies of new events; without it the reader polls */
  constructor(folder: string, source?: HeadSource) {
    this.db = openForReading(folder);
    this.pages = new LogPages(this.db);
    this.source = source ?? new PolledHead(() => this.pages.head());
  }

  head(): number {
    return this.read(() => this.source.position());
  }

  async *stream(stream: string, from: number): AsyncGenerator<readonly RecordedEvent[]> {
    for (let next = from; ;) {
      const page = this.read(() => this.pages.ofStreamFrom(stream, next));
      const last = page.at(-1);
      if (!last) return;
      yield page;
      if (page.length < STREAM_PAGE) return;
      next = last.revision + 1;
      await turn();
    }
  }

  async *all(after: bigint, options: ReadOptions): AsyncGenerator<Page> {
    const head = this.head();
    const cursor = new LogCursor(this.pages, Number(after), options);
    this.pages.enter();
    try {
      while (!options.signal?.aborted) {
        const page = this.read(() => cursor.page(head));
        yield page;
        if (page.atHead) return;
        await turn();
      }
    } finally {
      this.pages.leave();
    }
  }

  async *subscribe(after: bigint, options: ReadOptions & { signal: AbortSignal }): AsyncGenerator<Page> {
    const stop = AbortSignal.any([options.signal, this.closed.signal]);
    const cursor = new LogCursor(this.pages, Number(after), options);
    this.pages.enter();
    try {
      while (!options.signal.aborted) {
        const page = this.read(() => cursor.page(this.source.position()));
        yield page;
        if (page.atHead) await this.source.moved(cursor.position, stop);
        else await turn();
      }
    } finally {
      this.pages.leave();
    }
  }

  /** Ends all subscriptions; those that were not aborted before throw. */
  close(): void {
    if (!this.db.isOpen) return;
    this.closed.abort();
    this.db.close();
  }

  private read<T>(what: () => T): T {
    if (!this.db.isOpen) throw new StoreUnavailable('The log is closed.', false);
    try {
      return what();
    } catch (error) {
      if (sqliteCode(error) === undefined) throw error;
      throw new StoreUnavailable(`The log could not be read: ${messageOf(error)}`, false, { cause: error });
    }
  }
}
