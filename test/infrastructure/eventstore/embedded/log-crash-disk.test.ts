import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from '@jest/globals';
import {
  NO_STREAM,
  StoreBusy,
  StoreFull,
  StoreStopped,
} from '../../../../src/application/ports/event-store.js';
import { EmbeddedEventStore } from '../../../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { GroupCommit } from '../../../../src/infrastructure/eventstore/embedded/group-commit.js';
import { openForWriting } from '../../../../src/infrastructure/eventstore/embedded/log-file.js';
import {
  LogWriter,
  type PreparedEvent,
} from '../../../../src/infrastructure/eventstore/embedded/log-writer.js';
import { carryOut } from '../../../campaigns/campaign.js';
import { cutPower } from '../../../campaigns/cut-power.js';
import { failCalls } from '../../../campaigns/fail-calls.js';
import { lacksTracing } from '../../../campaigns/traced.js';
import { happened, happenedTimes, idsOf, newStream, streamOf } from '../../../support/log/events.js';
import { logFolders } from '../../../support/log/log-folders.js';

const { newFolder, closing } = logFolders();

const runs = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0;

const mountable = (): boolean => {
  const folder = mkdtempSync(join(tmpdir(), 'playledger-mount-'));
  const mounted = runs('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder);
  if (mounted) spawnSync('umount', [folder]);
  rmSync(folder, { recursive: true });
  return mounted;
};

const canMount = mountable();
const untraceable = lacksTracing();
const onDisk = canMount ? '' : ' (skipped: no right to mount a small disk)';
const underTrace = untraceable === undefined ? '' : ` (skipped: ${untraceable})`;

describe('a full disk', () => {
  const prepared = (text: string): PreparedEvent => ({
    id: happened().id,
    type: 'Happened',
    data: JSON.stringify({ text }),
    metadata: '{}',
  });

  test('rejects the whole batch without a trace, and accepts appends again once there is space', async () => {
    const db = openForWriting(newFolder());
    db.exec('PRAGMA max_page_count = 40');
    const writer = new LogWriter(db);
    const stopped: StoreStopped[] = [];
    const commits = new GroupCommit(
      (run) => writer.write(run),
      () => {},
      (error) => stopped.push(error),
    );
    const add = (stream: string, expected: number, text: string) =>
      commits.add({ stream, expected, events: [prepared(text)] });

    await add('play-1', NO_STREAM, 'small');
    const run = [
      add('play-1', 0, 'small'),
      add('play-2', NO_STREAM, 'x'.repeat(200_000)),
      add('new-3', NO_STREAM, 'y'),
    ];
    for (const refused of run) await expect(refused).rejects.toBeInstanceOf(StoreFull);
    expect(writer.head).toBe(1);

    expect(await add('play-1', 0, 'small')).toEqual({ revision: 1, position: 2n });
    db.exec('PRAGMA max_page_count = 4000');
    expect(await add('play-2', NO_STREAM, 'x'.repeat(200_000))).toEqual({ revision: 0, position: 3n });
    expect(await add('new-3', NO_STREAM, 'y')).toEqual({ revision: 0, position: 4n });
    expect(db.prepare('SELECT count(*) AS events, max(position) AS head FROM events').get()).toEqual({
      events: 4,
      head: 4,
    });
    expect(stopped).toEqual([]);
    await commits.close();
    db.close();
  });
});

describe('a failed write', () => {
  test('stops the store permanently and reports it once; earlier events stay readable', async () => {
    const folder = newFolder();
    const stops: StoreStopped[] = [];
    const store = closing(new EmbeddedEventStore(folder, { onStopped: (error) => void stops.push(error) }));
    const stream = newStream();
    await store.append(stream, NO_STREAM, happenedTimes(2));

    const intruder = new DatabaseSync(join(folder, 'log.db'));
    intruder.exec('BEGIN IMMEDIATE');
    const waiting = [
      store.append(stream, 1, happenedTimes(1)),
      store.append(newStream(), NO_STREAM, happenedTimes(1)),
    ];
    for (const append of waiting) await expect(append).rejects.toBeInstanceOf(StoreStopped);
    intruder.close();

    await expect(store.append(stream, 1, happenedTimes(1))).rejects.toBeInstanceOf(StoreStopped);
    expect(stops).toHaveLength(1);
    expect(await streamOf(store, stream)).toHaveLength(2);
  });
});

(canMount ? describe : describe.skip)(`a small disk${onDisk}`, () => {
  test('rejects appends as full while reads continue, and accepts them again once there is space', async () => {
    const folder = newFolder();
    expect(runs('mount', '-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder)).toBe(true);
    const ballast = join(folder, 'ballast');
    writeFileSync(ballast, Buffer.alloc(2 * 1024 * 1024));
    const store = new EmbeddedEventStore(folder);
    try {
      const stream = newStream();
      const kept: string[] = [];
      const fill = async (): Promise<void> => {
        for (;;) {
          const events = happenedTimes(100);
          await store.append(stream, kept.length - 1, events);
          kept.push(...idsOf(events));
        }
      };
      await expect(fill()).rejects.toBeInstanceOf(StoreFull);
      for (let times = 0; times < 20; times++) {
        await expect(store.append(stream, kept.length - 1, happenedTimes(100))).rejects.toBeInstanceOf(
          StoreFull,
        );
      }
      expect(idsOf(await streamOf(store, stream))).toEqual(kept);

      rmSync(ballast);
      const events = happenedTimes(100);
      await store.append(stream, kept.length - 1, events);
      expect(idsOf(await streamOf(store, stream))).toEqual([...kept, ...idsOf(events)]);
    } finally {
      await store.close();
      spawnSync('umount', [folder]);
    }
  });
});

/** A few points; `npm run campaign -- fail-calls cut-power --cycles 1500` covers all. */
(untraceable === undefined ? test : test.skip).each([
  { campaign: failCalls, cycles: 10 },
  { campaign: cutPower, cycles: 90 },
])(
  `$campaign.summary${underTrace}`,
  async ({ campaign, cycles }) => {
    expect((await carryOut(campaign, cycles)).faults).toEqual([]);
  },
  120_000,
);

describe('the queue of appends', () => {
  test('is bounded in bytes as well as in number', async () => {
    const commits = new GroupCommit(
      (run) => run.map(() => ({ revision: 0, position: 1n })),
      () => {},
      () => {},
    );
    const data = 'x'.repeat(8 * 1024 * 1024);
    const events = [{ id: happened().id, type: 'Happened', data, metadata: '' }];
    const add = () => commits.add({ stream: 'play-1', expected: NO_STREAM, events });
    const appends = Array.from({ length: 8 }, add);
    await expect(add()).rejects.toBeInstanceOf(StoreBusy);
    expect(await Promise.all(appends)).toHaveLength(8);
    expect(await add()).toMatchObject({ revision: 0 });
  });
});
