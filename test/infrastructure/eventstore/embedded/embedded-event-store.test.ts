import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import {
  DataFolderUnusable,
  NO_PAGES,
  NO_STREAM,
  StoreBusy,
  StoreUnavailable,
} from '../../../../src/application/ports/event-store.js';
import { EmbeddedEventStore } from '../../../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import {
  happened,
  happenedTimes,
  idsOf,
  newStream,
  plain,
  recorded,
  streamOf,
} from '../../../support/log/events.js';
import { logFolders } from '../../../support/log/log-folders.js';
import { eventStoreContract } from '../event-store.contract.js';

eventStoreContract('the embedded log', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'playledger-log-'));
  const store = new EmbeddedEventStore(folder);
  return {
    store,
    end: async () => {
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
});

const { newFolder, closing } = logFolders();

test('the end of a recently written stream is known without a read', async () => {
  const store = closing(new EmbeddedEventStore(newFolder()));
  const stream = newStream();
  await store.append(stream, NO_STREAM, happenedTimes(2));
  expect(store.readStream(stream, 2)).toBe(NO_PAGES);
  expect(await streamOf(store, stream)).toHaveLength(2);
});

describe('a data folder', () => {
  const refusalOf = (folder: string): string => {
    try {
      closing(new EmbeddedEventStore(folder));
    } catch (error) {
      expect(error).toBeInstanceOf(DataFolderUnusable);
      return (error as DataFolderUnusable).message;
    }
    throw new Error(`${folder} was accepted.`);
  };

  test('is created when missing', async () => {
    const folder = join(newFolder(), 'new', 'data');
    const store = closing(new EmbeddedEventStore(folder));
    expect(await store.head()).toBe(0n);
    expect(existsSync(join(folder, 'log.db'))).toBe(true);
  });

  test('has one writer: a second one is rejected, with the process id of the first', () => {
    const folder = newFolder();
    closing(new EmbeddedEventStore(folder));
    const refusal = refusalOf(folder);
    expect(refusal).toContain(folder);
    expect(refusal).toContain(`process ${process.pid}`);
  });

  test('has one writer: another process is rejected too', () => {
    const folder = newFolder();
    closing(new EmbeddedEventStore(folder));
    const script = fileURLToPath(new URL('../../../support/log/appender-child.js', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' });
    expect(status).toBe(1);
    expect(stderr).toContain(
      `The data folder ${folder} is in use by another writer (process ${process.pid})`,
    );
  });

  test('may be opened by another writer once the first has closed it', async () => {
    const folder = newFolder();
    await new EmbeddedEventStore(folder).close();
    const store = closing(new EmbeddedEventStore(folder));
    expect(await store.append(newStream(), NO_STREAM, happenedTimes(1))).toMatchObject({ revision: 0 });
  });

  test('is still unlocked after a rejection for another reason', async () => {
    const folder = newFolder();
    writeFileSync(
      join(folder, 'log.db'),
      'not a database, but long enough to be looked at as one'.repeat(20),
    );
    refusalOf(folder);
    rmSync(join(folder, 'log.db'));
    expect(await closing(new EmbeddedEventStore(folder)).head()).toBe(0n);
  });

  test('with another file in place of the log is rejected and left unchanged', () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'log.db'), 'my diary '.repeat(200));
    expect(refusalOf(folder)).toContain('not a SQLite file');
  });

  test("with another program's database in place of the log is rejected", () => {
    const folder = newFolder();
    const db = new DatabaseSync(join(folder, 'log.db'));
    db.exec('CREATE TABLE contacts (name TEXT)');
    db.close();
    expect(refusalOf(folder)).toContain('another program');
  });

  test('with a log of another format is rejected, with both formats named', async () => {
    const folder = newFolder();
    await new EmbeddedEventStore(folder).close();
    const db = new DatabaseSync(join(folder, 'log.db'));
    db.exec('PRAGMA user_version = 99');
    db.close();
    expect(refusalOf(folder)).toMatch(/format 99.*format 1/);
  });

  test('that is a file is rejected', () => {
    const path = join(newFolder(), 'file');
    writeFileSync(path, '');
    expect(refusalOf(path)).toContain('cannot be made');
  });

  test('with an empty file in place of the log, as a crash may leave it, is accepted', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'log.db'), '');
    expect(await closing(new EmbeddedEventStore(folder)).head()).toBe(0n);
  });
});

describe('the embedded log', () => {
  test('keeps everything when it is closed and opened again', async () => {
    const folder = newFolder();
    const stream = newStream();
    const events = happenedTimes(3);
    const first = new EmbeddedEventStore(folder);
    const answer = await first.append(stream, NO_STREAM, events);
    await first.close();

    const second = closing(new EmbeddedEventStore(folder));
    expect((await streamOf(second, stream)).map(plain)).toEqual(recorded(stream, 0, events));
    expect(await second.append(stream, NO_STREAM, events)).toEqual(answer);
    expect(await second.append(stream, 2, happenedTimes(1))).toEqual({ revision: 3, position: 4n });
  });

  test('numbers positions from 1 without gaps, despite rejected appends', async () => {
    const store = closing(new EmbeddedEventStore(newFolder()));
    const stream = newStream();
    await store.append(stream, NO_STREAM, happenedTimes(2));
    await expect(store.append(stream, NO_STREAM, happenedTimes(2))).rejects.toThrow(
      'is at revision 1, not -1',
    );
    expect(await store.append(newStream(), NO_STREAM, happenedTimes(1))).toMatchObject({ position: 3n });
  });

  test('syncs once for all appends that wait together, and not at all for repeats and conflicts', async () => {
    const store = closing(new EmbeddedEventStore(newFolder()));
    const stream = newStream();
    const events = happenedTimes(2);
    await Promise.all([
      store.append(stream, NO_STREAM, events),
      store.append(stream, 1, happenedTimes(1)),
      ...Array.from({ length: 62 }, () => store.append(newStream(), NO_STREAM, happenedTimes(1))),
    ]);
    expect(await store.statistics()).toMatchObject({ events: 65, syncs: 1 });
    await store.append(stream, NO_STREAM, events);
    await expect(store.append(stream, 0, happenedTimes(1))).rejects.toThrow('revision');
    expect(await store.statistics()).toMatchObject({ events: 65, syncs: 1 });
  });

  test('completes appends in flight when it is closed, and rejects later ones', async () => {
    const folder = newFolder();
    const store = new EmbeddedEventStore(folder);
    const appends = Array.from({ length: 100 }, () => store.append(newStream(), NO_STREAM, happenedTimes(1)));
    const closed = Promise.all([store.close(), store.close()]);
    const late = store.append(newStream(), NO_STREAM, happenedTimes(1));
    await expect(late).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await Promise.all(appends)).toHaveLength(100);
    await closed;
    expect(await closing(new EmbeddedEventStore(folder)).head()).toBe(100n);
  });

  test('rejects appends when ten thousand wait, and accepts them again later', async () => {
    const store = closing(new EmbeddedEventStore(newFolder()));
    const event = happened();
    const appends = Array.from({ length: 10_000 }, (_, index) =>
      store.append(`play-${index}`, NO_STREAM, [event]),
    );
    await expect(store.append('play-more', NO_STREAM, [event])).rejects.toBeInstanceOf(StoreBusy);
    expect(await Promise.all(appends)).toHaveLength(10_000);
    expect(await store.append('play-more', NO_STREAM, [event])).toMatchObject({ position: 10_001n });
  });

  test('returns the schema version from the metadata of an event, whatever else these contain', async () => {
    const store = closing(new EmbeddedEventStore(newFolder()));
    const actors = ['listener:ada', 'x","schema":9,"y":"', '"schema":', String.raw`\",\"schema\":7`];
    for (const [n, actor] of actors.entries()) {
      const event = happened();
      const metadata = { ...event.metadata, actor, schema: n + 11 };
      await store.append(`play-${n}`, NO_STREAM, [{ ...event, metadata }]);
    }
    const pages = await Array.fromAsync(store.readAll(0n));
    const events = pages.flatMap((page) => page.events);
    expect(events.map(({ schema }) => schema)).toEqual([11, 12, 13, 14]);
    expect(events.map(({ metadata }) => metadata.schema)).toEqual([11, 12, 13, 14]);
  });

  test('treats the whole name of a stream without a dash as its category', async () => {
    const store = closing(new EmbeddedEventStore(newFolder()));
    const event = happened();
    await store.append('ruleset', NO_STREAM, [event]);
    await store.append('ruleset2', NO_STREAM, happenedTimes(1));
    const pages = await Array.fromAsync(store.readAll(0n, { select: { categories: ['ruleset'] } }));
    expect(idsOf(pages.flatMap(({ events }) => events))).toEqual([event.id]);
  });

  test.each<[string, string, number, number]>([
    ['no events', 'play-1', NO_STREAM, 0],
    ['more than 500 events', 'play-1', NO_STREAM, 501],
    ['no stream', '', NO_STREAM, 1],
    ["a stream of the engine's own kind", '$play-1', NO_STREAM, 1],
    ['a revision that no stream can have', 'play-1', -2, 1],
  ])('treats an append with %s as a programming error', async (_what, stream, expected, count) => {
    const store = closing(new EmbeddedEventStore(newFolder()));
    await expect(store.append(stream, expected, happenedTimes(count))).rejects.toBeInstanceOf(RangeError);
    expect(await store.head()).toBe(0n);
  });

  test.each([0, 10_001, 1.5])('treats a page size of %d as a programming error', async (pageSize) => {
    const store = closing(new EmbeddedEventStore(newFolder()));
    await expect(Array.fromAsync(store.readAll(0n, { pageSize }))).rejects.toBeInstanceOf(RangeError);
  });

  test('can be copied when closed: one file contains all of it', async () => {
    const [folder, copy] = [newFolder(), newFolder()];
    const store = new EmbeddedEventStore(folder);
    const stream = newStream();
    await store.append(stream, NO_STREAM, happenedTimes(5));
    await store.close();
    copyFileSync(join(folder, 'log.db'), join(copy, 'log.db'));
    expect(await streamOf(closing(new EmbeddedEventStore(copy)), stream)).toHaveLength(5);
  });
});
