import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from '@jest/globals';
import {
  DataFolderUnusable,
  EventStore,
  NO_STREAM,
  START,
  StoreUnavailable,
} from '../../../../src/application/ports/event-store.js';
import { EmbeddedEventStore } from '../../../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { EmbeddedLogReader } from '../../../../src/infrastructure/eventstore/embedded/embedded-log-reader.js';
import { eventually } from '../../../support/time/eventually.js';
import {
  eventsOf,
  happened,
  happenedTimes,
  idsOf,
  newStream,
  streamOf,
  take,
} from '../../../support/log/events.js';
import { logFolders } from '../../../support/log/log-folders.js';
import type { TailInput } from '../../../support/log/tail-child.js';
import { eventStoreContract } from '../event-store.contract.js';

/** Writes through the writer and reads through a reader that has only the folder. */
class WrittenHereReadThere extends EventStore {
  override readonly append: EventStore['append'];
  override readonly readStream: EventStore['readStream'];
  override readonly readAll: EventStore['readAll'];
  override readonly subscribe: EventStore['subscribe'];
  override readonly head: EventStore['head'];
  override readonly statistics: EventStore['statistics'];
  constructor(
    private readonly writer: EventStore,
    private readonly reader: EventStore,
  ) {
    super();
    this.append = writer.append.bind(writer);
    this.readStream = reader.readStream.bind(reader);
    this.readAll = reader.readAll.bind(reader);
    this.subscribe = reader.subscribe.bind(reader);
    this.head = reader.head.bind(reader);
    this.statistics = reader.statistics.bind(reader);
  }
  override async close(): Promise<void> {
    await this.writer.close();
    await this.reader.close();
  }
}

eventStoreContract('a reader beside the writer, told by nobody,', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'playledger-log-'));
  const writer = new EmbeddedEventStore(folder);
  const store = new WrittenHereReadThere(writer, new EmbeddedLogReader(folder));
  return {
    store,
    end: async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
});

const TAIL = new URL('../../../support/log/tail-child.js', import.meta.url);

describe('a reader of the embedded log', () => {
  const { newFolder, closing } = logFolders();

  test('in a worker thread receives the existing events and then each new one', async () => {
    const folder = newFolder();
    const store = closing(new EmbeddedEventStore(folder));
    const events = happenedTimes(60);
    const stream = newStream();
    await store.append(stream, NO_STREAM, events.slice(0, 20));

    const workerData: TailInput = { folder, count: 60, headSignal: store.headSignal };
    const worker = new Worker(TAIL, { workerData });
    const told: string[] = [];
    worker.on('message', (word: string) => told.push(word));
    const ended = new Promise((resolve) => worker.once('exit', resolve));

    await eventually(() => expect(told).toContain('page'));
    for (let index = 20; index < 60; index += 4) {
      await store.append(stream, index - 1, events.slice(index, index + 4));
    }
    expect(await ended).toBe(0);
    expect(told.filter((word) => word !== 'page')).toEqual(idsOf(events));
  });

  test('in another process receives the existing events and then each new one', async () => {
    const folder = newFolder();
    const store = closing(new EmbeddedEventStore(folder));
    const events = happenedTimes(30);
    const stream = newStream();
    await store.append(stream, NO_STREAM, events.slice(0, 10));

    const child = spawn(process.execPath, [fileURLToPath(TAIL), folder, '30'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const told: string[] = [];
    createInterface(child.stdout).on('line', (word) => told.push(word));
    const ended = new Promise((resolve) => child.once('close', resolve));

    await eventually(() => expect(told).toContain('page'));
    await store.append(stream, 9, events.slice(10, 30));
    expect(await ended).toBe(0);
    expect(told.filter((word) => word !== 'page')).toEqual(idsOf(events));
  });

  test('reads a log whose writer has ended', async () => {
    const folder = newFolder();
    const writer = new EmbeddedEventStore(folder);
    const stream = newStream();
    const events = happenedTimes(3);
    await writer.append(stream, NO_STREAM, events);
    await writer.close();
    const reader = closing(new EmbeddedLogReader(folder));
    expect(idsOf(await streamOf(reader, stream))).toEqual(idsOf(events));
    expect(await reader.head()).toBe(3n);
    expect(await reader.statistics()).toMatchObject({ events: 3 });
  });

  test('cannot append', async () => {
    const folder = newFolder();
    closing(new EmbeddedEventStore(folder));
    const reader = closing(new EmbeddedLogReader(folder));
    await expect(reader.append()).rejects.toThrow('another one writes it');
  });

  test('rejects a folder without a log', () => {
    const folder = newFolder();
    expect(() => new EmbeddedLogReader(folder)).toThrow(DataFolderUnusable);
    expect(() => new EmbeddedLogReader(folder)).toThrow('no log');
  });

  test('reports an unreadable log when its file is damaged', async () => {
    const folder = newFolder();
    const writer = new EmbeddedEventStore(folder);
    await writer.append(newStream(), NO_STREAM, happenedTimes(200));
    await writer.close();
    const path = join(folder, 'log.db');
    writeFileSync(path, Buffer.from(readFileSync(path)).fill(0xff, 8 * 4096));
    const reader = closing(new EmbeddedLogReader(folder));
    await expect(Array.fromAsync(reader.readAll(START))).rejects.toBeInstanceOf(StoreUnavailable);
  });

  test('that is closed ends its subscribers with an error, unless they were aborted', async () => {
    const folder = newFolder();
    closing(new EmbeddedEventStore(folder));
    const reader = new EmbeddedLogReader(folder);
    let waits = false;
    const following = take(reader, START, 1, { onPage: () => (waits = true) });
    const outcome = following.catch((error: unknown) => error);
    await eventually(() => expect(waits).toBe(true));
    await reader.close();
    expect(await outcome).toBeInstanceOf(StoreUnavailable);
    await expect(reader.head()).rejects.toBeInstanceOf(StoreUnavailable);
  });

  test('that selects few of many events gets those, alone and beside others, including new types', async () => {
    const folder = newFolder();
    const store = closing(new EmbeddedEventStore(folder));
    const reader = closing(new EmbeddedLogReader(folder));
    const rare: string[] = [];
    for (let count = 0; count < 26; count++) {
      const events = happenedTimes(500).with(count * 7, happened({}, `Rare${count % 2}`));
      rare.push(events[count * 7]?.id ?? '');
      await store.append(newStream(), NO_STREAM, events);
    }
    const select = { types: ['Rare0', 'Rare1', 'Never'] };
    const alone = await Array.fromAsync(reader.readAll(START, { select }));
    expect(idsOf(eventsOf(alone))).toEqual(rare);
    expect(alone.at(-1)).toMatchObject({ upTo: 13_000n, atHead: true });

    const beside = [undefined, select, select].map((wanted) =>
      Array.fromAsync(reader.readAll(START, wanted ? { select: wanted, pageSize: 3 } : {})),
    );
    const [all, ...few] = (await Promise.all(beside)).map(eventsOf);
    expect(all).toHaveLength(13_000);
    for (const events of few) expect(idsOf(events)).toEqual(rare);
  });

  test('receives the same events as parallel readers, at any pace and page size', async () => {
    const folder = newFolder();
    const store = closing(new EmbeddedEventStore(folder));
    const ids: string[] = [];
    for (let count = 0; count < 7; count++) {
      const events = happenedTimes(500);
      ids.push(...idsOf(events));
      await store.append(newStream(), NO_STREAM, events);
    }
    const readings = [1_000, 999, 37, 10_000].map(async (pageSize, index) =>
      eventsOf(await Array.fromAsync(store.readAll(BigInt(index * 333), { pageSize }))),
    );
    for (const [index, events] of (await Promise.all(readings)).entries()) {
      expect(idsOf(events)).toEqual(ids.slice(index * 333));
      expect(events.map(({ position }) => position)).toEqual(
        ids.slice(index * 333).map((_, offset) => BigInt(index * 333 + offset + 1)),
      );
    }
  });
});
