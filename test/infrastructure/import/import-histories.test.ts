import {
  appendFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  type Appended,
  type EventStore,
  StoreBusy,
  StoreFull,
} from '../../../src/application/ports/event-store.js';
import { EventStoreFront } from '../../../src/infrastructure/shared/event-store-front.js';
import { factsOf, importInto, logOf } from '../../support/import/imported-log.js';
import { EmbeddedEventStore } from '../../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { EventStoreDbEventStore } from '../../../src/infrastructure/eventstore/eventstoredb/eventstoredb-event-store.js';
import { EventStoreDbServer } from '../../support/servers/eventstoredb-server/eventstoredb-server.js';

/** An engine with an empty log; `close` ends the engine as well. */
type Opened = { readonly store: EventStore; readonly close: () => Promise<void> };

type Engine = {
  readonly name: string;
  readonly open: (folder: string) => Promise<Opened>;
  /** Whether the log has the appends in the order in which they were sent. */
  readonly keepsOrder: boolean;
  readonly sample: readonly string[];
};

const embedded: Engine = {
  name: 'the embedded store',
  open: (folder) => {
    mkdirSync(folder);
    const store = new EmbeddedEventStore(folder);
    return Promise.resolve({ store, close: () => store.close() });
  },
  keepsOrder: true,
  sample: globSync('sample/*/*').sort(),
};

const eventStoreDb: Engine = {
  name: 'EventStoreDB',
  open: async () => {
    const server = await EventStoreDbServer.start();
    const store = new EventStoreDbEventStore(server.url);
    const close = async () => {
      await store.close();
      await server.stop();
    };
    return { store, close };
  },
  keepsOrder: false,
  sample: globSync('sample/dune/*').sort(),
};

describe.each([embedded, eventStoreDb])('on $name', ({ open, keepsOrder, sample }) => {
  let folder: string;
  let store: EventStore;
  let close: () => Promise<void>;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'import-histories-'));
    ({ store, close } = await open(join(folder, 'data')));
  });
  afterEach(async () => {
    await close();
    rmSync(folder, { recursive: true });
  });

  const file = (name: string, content: string | Buffer): string => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    return path;
  };

  const row = (minute: number, over: object = {}) => ({
    endTime: `2025-03-01 10:${String(minute).padStart(2, '0')}`,
    artistName: 'The Unheard',
    trackName: 'First Light',
    msPlayed: 60_000,
    ...over,
  });

  const history = (name: string, ...rows: readonly object[]): string => file(name, JSON.stringify(rows));

  const eventsOf = async (type: string): Promise<readonly Record<string, unknown>[]> => {
    const facts = await factsOf(store);
    return facts.filter((fact) => fact.type === type).map(({ data }) => data);
  };

  describe('a history becomes plays', () => {
    test('with their own times, of a track and an artist that are registered once, before them', async () => {
      const report = await importInto(store, [
        history('ada/a.json', row(1), row(5, { msPlayed: 0 }), row(9, { trackName: 'Second Light' })),
      ]);
      expect(report).toMatchObject({
        files: 1,
        rows: 3,
        recorded: 3,
        known: 0,
        plays30s: 2,
        totalMs: 120_000,
        artistsRegistered: 1,
        tracksRegistered: 2,
        problems: [],
        complete: true,
      });
      const types = (await factsOf(store)).map(({ type }) => type);
      if (!keepsOrder) types.sort();
      const inOrder = [
        'ArtistRegistered',
        'TrackRegistered',
        'PlayStarted',
        'PlayStopped',
        'PlayStarted',
        'PlayStopped',
        'TrackRegistered',
        'PlayStarted',
        'PlayStopped',
      ];
      expect(types).toEqual(keepsOrder ? inOrder : inOrder.toSorted());
      const [first, nothing] = await eventsOf('PlayStopped');
      expect(first).toMatchObject({
        mode: 'import',
        reason: 'import',
        offering: 'premium',
        territory: 'ZZ',
        durationMs: null,
        startedAt: Date.parse('2025-03-01T10:00:00Z'),
        at: Date.parse('2025-03-01T10:01:00Z'),
        segments: [{ fromMs: 0, toMs: 60_000, wallMs: 60_000 }],
        playedMs: 60_000,
        uniqueMs: 60_000,
        wallMs: 60_000,
      });
      expect(nothing).toMatchObject({ playedMs: 0, uniqueMs: 0 });
    });

    test('with the given offering and territory, except for rows with a country', async () => {
      const extended = {
        ts: '2025-03-01T10:00:00Z',
        ms_played: 1,
        platform: 'ios',
        conn_country: 'FR',
        master_metadata_track_name: 'First Light',
        master_metadata_album_artist_name: 'The Unheard',
      };
      await importInto(
        store,
        [history('ada/a.json', extended, { ...extended, conn_country: 'ZZ' }, row(1))],
        {
          offering: 'family',
          territory: 'DE',
        },
      );
      const plays = await eventsOf('PlayStarted');
      expect(plays.map(({ territory }) => territory)).toEqual(['FR', 'DE', 'DE']);
      expect(plays.map(({ offering }) => offering)).toEqual(['family', 'family', 'family']);
      expect(new Set(plays.map(({ deviceId }) => deviceId)).size).toBe(2);
    });

    test('of the listener named by the folder or by the option', async () => {
      const files = [
        history('ada/a.json', row(1)),
        history('ben/a.json', row(1)),
        history('ada/b.json', row(2)),
      ];
      const report = await importInto(store, files);
      expect(
        Object.entries(report.listeners).map(([name, tally]) => [name, tally.files, tally.rows]),
      ).toEqual([
        ['ada', 2, 2],
        ['ben', 1, 1],
      ]);
      const listeners = (await eventsOf('PlayStarted')).map(({ listenerId }) => listenerId);
      expect(new Set(listeners).size).toBe(2);
      expect(listeners[0]).toBe(listeners[2]);

      const named = await importInto(store, files, { listener: 'cleo' });
      expect(Object.keys(named.listeners)).toEqual(['cleo']);
      // The two files have one content, and now one listener.
      expect(named).toMatchObject({ recorded: 2, repeatedFiles: 1 });
    });

    test('one for each row, duplicates included', async () => {
      const report = await importInto(store, [history('ada/a.json', row(1), row(1), row(1))]);
      expect(report.recorded).toBe(3);
      expect(await eventsOf('PlayStopped')).toHaveLength(3);
    });
  });

  describe('a history that is imported again', () => {
    test('adds nothing, and reports that', async () => {
      const first = await importInto(store, sample);
      const log = await logOf(store);
      const second = await importInto(store, sample);
      expect(await logOf(store)).toEqual(log);
      expect(second).toMatchObject({
        rows: first.rows,
        recorded: 0,
        known: first.recorded,
        artistsRegistered: 0,
        tracksRegistered: 0,
        problemCount: 0,
      });
    });

    test('adds nothing after it was renamed, packed or unpacked', async () => {
      await importInto(store, sample, { listener: 'ada' });
      const log = await logOf(store);
      const renamed = sample.map((path, index) => {
        const bytes = readFileSync(path);
        return file(`x/${index}`, path.endsWith('.gz') ? gunzipSync(bytes) : gzipSync(bytes, { level: 1 }));
      });
      expect(await importInto(store, renamed, { listener: 'ada' })).toMatchObject({ recorded: 0 });
      expect(await logOf(store)).toEqual(log);
    });

    test('after an interruption leaves the same log as an uninterrupted import', async () => {
      let asked = 0;
      const signal = {
        get aborted() {
          return ++asked > 120;
        },
      };
      const cut = await importInto(store, sample, {}, { signal });
      expect(cut.complete).toBe(false);
      expect(cut.recorded).toBeGreaterThan(0);
      const whole = await importInto(store, sample);
      expect(cut.recorded + whole.recorded).toBe(whole.rowsWithTrack);
      expect(whole.known).toBe(cut.recorded);

      const other = await open(join(folder, 'other'));
      await importInto(other.store, sample);
      const [log, undisturbed] = [await logOf(store), await logOf(other.store)];
      expect(keepsOrder ? log : log.toSorted()).toEqual(keepsOrder ? undisturbed : undisturbed.toSorted());
      await other.close();
    });

    test('is rejected row by row with another offering or territory', async () => {
      const path = history('ada/a.json', row(1), row(2));
      await importInto(store, [path]);
      const log = await logOf(store);
      const again = await importInto(store, [path], { territory: 'DE' });
      expect(again).toMatchObject({ recorded: 0, known: 0, skipped: { refused: 2 }, problemCount: 2 });
      expect(again.problems[0]).toEqual({
        file: path,
        row: 1,
        reason: 'was imported before with another --offering or --territory',
      });
      expect(await logOf(store)).toEqual(log);
    });
  });

  describe('what cannot be imported', () => {
    test('is reported with file, row and reason, and the rest is imported', async () => {
      const rows = [row(1), row(2, { msPlayed: -1 }), row(3)];
      const broken = history('ada/broken.json', ...rows);
      const cut = file('ada/cut.json.gz', gzipSync(JSON.stringify([row(4)])).subarray(0, -9));
      const missing = join(folder, 'ada/none.json');
      const report = await importInto(store, [cut, missing, broken, history('ada/good.json', row(5))]);
      expect(report.problems).toEqual([
        { file: cut, reason: 'is a truncated gzip archive' },
        { file: missing, reason: 'does not exist' },
        { file: broken, row: 2, reason: expect.stringContaining('msPlayed') },
      ]);
      expect(report).toMatchObject({
        files: 2,
        brokenFiles: 2,
        rows: 4,
        recorded: 3,
        skipped: { 'broken-row': 1 },
        complete: true,
      });
    });

    test('stops a strict import: before it starts for a file, immediately for a row', async () => {
      const good = history('ada/good.json', row(1));
      const none = await importInto(store, [good, join(folder, 'ada/none.json')], { strict: true });
      expect(none).toMatchObject({ recorded: 0, brokenFiles: 1, complete: false });

      const broken = history('ada/broken.json', row(1), row(2, { endTime: 'noon' }), row(3));
      const some = await importInto(store, [broken, good], { strict: true });
      expect(some).toMatchObject({ rows: 2, recorded: 1, problemCount: 1, complete: false });
    });

    test('is counted completely, while only the first hundred problems are listed', async () => {
      const rows = Array.from({ length: 250 }, () => row(1, { msPlayed: null }));
      const report = await importInto(store, [history('ada/a.json', ...rows)]);
      expect(report.problems).toHaveLength(100);
      expect(report).toMatchObject({ problemCount: 250, rows: 250, skipped: { 'broken-row': 250 } });
    });

    test('includes a file that changes during the import', async () => {
      const path = history('ada/a.json', row(1));
      const clock = {
        now: () => {
          appendFileSync(path, '\n');
          return 0;
        },
      };
      const { problems } = await importInto(store, [path], {}, { clock });
      expect(problems).toEqual([{ file: path, reason: 'was changed while it was being imported' }]);
    });
  });

  /** Wraps the store and throws `fault` for some of the appends. */
  class FaultyStore extends EventStoreFront {
    private appends = 0;

    constructor(private readonly fault: (append: number) => Error | undefined) {
      super(store);
    }

    override async append(...args: Parameters<EventStore['append']>): Promise<Appended> {
      const error = this.fault(this.appends++);
      if (error) throw error;
      return super.append(...args);
    }
  }

  describe('a store', () => {
    test('that is busy is retried', async () => {
      const isBusy = (append: number) => (append % 3 === 0 && append < 60 ? new StoreBusy() : undefined);
      const report = await importInto(new FaultyStore(isBusy), [
        history('ada/a.json', ...Array.from({ length: 50 }, () => row(1))),
      ]);
      expect(report).toMatchObject({ recorded: 50, problemCount: 0 });
      expect(await eventsOf('PlayStopped')).toHaveLength(50);
    });

    test('that is full ends the import, which a second run completes', async () => {
      const path = history('ada/a.json', ...Array.from({ length: 600 }, () => row(1)));
      const full = new FaultyStore((append) => (append > 300 ? new StoreFull('no room') : undefined));
      await expect(importInto(full, [path])).rejects.toBeInstanceOf(StoreFull);
      const { recorded, known } = await importInto(store, [path]);
      expect(known).toBeGreaterThan(0);
      expect(recorded + known).toBe(600);
      expect(await eventsOf('PlayStopped')).toHaveLength(600);
    });
  });
});
