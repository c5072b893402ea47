import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { CommandRejected } from '../../../src/application/streams/command-rejected.js';
import type { EventStore, RecordedEvent } from '../../../src/application/ports/event-store.js';
import { type CommandMeta, Streams } from '../../../src/application/streams/streams.js';
import { track } from '../../../src/domain/catalogue/track.js';
import { play, type PlayCommand } from '../../../src/domain/playback/play.js';
import { ZodEventSchemas } from '../../../src/infrastructure/events/zod-event-schemas.js';
import { EmbeddedEventStore } from '../../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { UuidIds } from '../../../src/infrastructure/identity/uuid-ids.js';
import { EventStoreFront } from '../../../src/infrastructure/shared/event-store-front.js';
import { logFolders } from '../../support/log/log-folders.js';
import { FACTS, OCTOBER } from '../../support/playback/plays.js';

/* The shell around deciders, on the embedded log. What it caches must not change any outcome. */

const { newFolder, closing } = logFolders();
const openStore = () => closing(new EmbeddedEventStore(newFolder()));
const streamsOn = (store: EventStore) => new Streams(store, new ZodEventSchemas(), new UuidIds());

const meta = (command: number, content = command): CommandMeta => ({
  commandId: `command-${command}`,
  commandHash: `content-${content}`,
  actor: 'listener:ada',
  at: OCTOBER,
});

const START: PlayCommand = { type: 'StartPlay', data: { ...FACTS, positionMs: 0, receivedAt: OCTOBER } };
const reported = (seconds: number) => {
  const at = OCTOBER + 1_000 * seconds;
  return { at, receivedAt: at };
};
const progress = (seconds: number): PlayCommand => ({
  type: 'ReportProgress',
  data: { listenerId: 'ada', positionMs: 1_000 * seconds, ...reported(seconds) },
});

/** Counts the events that are read of single streams. */
class Counted extends EventStoreFront {
  events = 0;
  override async *readStream(stream: string, from?: number): AsyncIterable<readonly RecordedEvent[]> {
    for await (const page of this.store.readStream(stream, from)) {
      this.events += page.length;
      yield page;
    }
  }
}

/** Plays whose reports are not cached: the state is forgotten after each. */
const uncachedPlay = { ...play, streamUse: { begunBy: ['StartPlay', 'RecordPlay'] } } as const;

describe('a cached stream', () => {
  const setUp = () => {
    const log = openStore();
    const store = new Counted(log);
    const streams = streamsOn(store);
    const send = (command: PlayCommand, n: number, decider: typeof play = play) =>
      streams.transact(decider, 'p1', command, meta(n));
    return { log, store, streams, send };
  };

  test('is not read again', async () => {
    const { store, send } = setUp();
    await send(START, 1);
    for (let n = 2; n < 10; n++) await send(progress(n), n);
    expect(store.events).toBe(0);
  });

  test('is read as far as another writer went on with it', async () => {
    const { log, store, send } = setUp();
    await send(START, 1);
    await streamsOn(log).transact(play, 'p1', progress(5), meta(2));
    expect(await send(progress(4), 3).catch((error: unknown) => error)).toMatchObject({
      rejection: { rejected: 'OutOfOrder' },
    });
    expect(store.events).toBe(1);
  });

  test('is forgotten after a command that is not cached, and when more commands made it than are remembered', async () => {
    const { store, send } = setUp();
    await send(START, 1);
    await send(progress(2), 2, uncachedPlay);
    await send(progress(3), 3);
    expect(store.events).toBe(2);
    for (let n = 4; n < 110; n++) await send(progress(n), n);
    const before = store.events;
    await send(progress(110), 110);
    expect(store.events - before).toBe(109);
  });

  test('is kept in memory by nothing but commands that went well', async () => {
    const { store, streams, send } = setUp();
    await send(START, 1);
    await store.close();
    await expect(send(progress(2), 2)).rejects.toThrow('closed');
    const { state } = await streams.load(play, 'p1');
    expect(state).toMatchObject({ status: 'live', positionMs: 0 });
  });
});

test('what is remembered decides as what is read, whoever else writes and whatever is repeated', () => {
  const second = fc.integer({ min: 0, max: 40 });
  const command = fc.oneof(
    { weight: 3, arbitrary: second.map(progress) },
    fc
      .tuple(fc.constantFrom('PausePlay' as const, 'ResumePlay' as const), second)
      .map(([type, s]): PlayCommand => ({ ...progress(s), type }) as PlayCommand),
    fc.tuple(second, second).map(([from, to]): PlayCommand => ({
      type: 'SeekPlay',
      data: { listenerId: 'ada', fromMs: 1_000 * from, toMs: 1_000 * to, ...reported(from) },
    })),
    fc.constant(START),
  );
  const step = fc.record({
    command,
    writer: fc.constantFrom(0 as const, 1 as const),
    decider: fc.constantFrom(play, uncachedPlay),
    /** Few, so that some are used twice, for the same content or another. */
    commandId: fc.integer({ min: 0, max: 12 }),
    content: fc.integer({ min: 0, max: 1 }),
  });

  const [store, other] = [openStore(), openStore()];
  const writers = [streamsOn(store), streamsOn(store)] as const;
  const outcome = (work: Promise<unknown>) =>
    work.catch((error: unknown) => (error instanceof CommandRejected ? error.rejection : error));
  let plays = 0;

  return fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const id = `p${plays++}`;
      for (const { command: sent, writer, decider, commandId, content } of [
        { command: START, writer: 0, decider: play, commandId: 99, content: 0 } as const,
        ...steps,
      ]) {
        const [caching, reading] = await Promise.all([
          outcome(writers[writer].transact(decider, id, sent, meta(commandId, content))),
          outcome(streamsOn(other).transact(uncachedPlay, id, sent, meta(commandId, content))),
        ]);
        expect(caching).toEqual(reading);
      }
      // An event that was read carries its place in the log too.
      const remembered = await writers[0].load(play, id);
      expect(await streamsOn(store).load(play, id)).toMatchObject(remembered);
    }),
    { numRuns: 60 },
  );
});

const RECORD: PlayCommand = {
  type: 'RecordPlay',
  data: {
    ...FACTS,
    mode: 'import',
    reason: 'import',
    muted: false,
    startedAt: OCTOBER,
    endedAt: OCTOBER + 1_000,
    receivedAt: OCTOBER,
    segments: [{ fromMs: 0, toMs: 1_000, wallMs: 1_000 }],
  },
};

describe('a stream that its only command begins', () => {
  const setUp = () => {
    const store = new Counted(openStore());
    const streams = streamsOn(store);
    const send = (command: PlayCommand, n: number, content = n) =>
      streams.transact(play, 'p1', command, meta(n, content));
    return { store, streams, send };
  };

  test('is neither read nor cached', async () => {
    const { store, streams, send } = setUp();
    expect(await send(RECORD, 1)).toMatchObject({ id: 'p1', position: 2n, appended: 2 });
    expect(store.events).toBe(0);
    await streams.load(play, 'p1');
    expect(store.events).toBe(2);
  });

  test('is appended to in the order of the calls, without waiting', async () => {
    const { store, streams } = setUp();
    const receipts = await Promise.all(
      ['p2', 'p3', 'p4'].map((id, n) => streams.transact(play, id, RECORD, meta(n))),
    );
    expect(receipts.map(({ position }) => position)).toEqual([2n, 4n, 6n]);
    expect(store.events).toBe(0);
  });

  test('answers the same command again like the first time, and refuses other content under its id', async () => {
    const { store, send } = setUp();
    await send(RECORD, 1);
    expect(await send(RECORD, 1)).toMatchObject({ id: 'p1', position: 2n });
    await expect(send(RECORD, 1, 2)).rejects.toThrow(CommandRejected);
    await expect(send(progress(1), 1, 2)).rejects.toThrow(CommandRejected);
    expect(await store.head()).toBe(2n);
  });

  test('is read where it exists', async () => {
    const { store, streams, send } = setUp();
    await streams.transact(uncachedPlay, 'p1', START, meta(1));
    await expect(send(RECORD, 2)).rejects.toMatchObject({ rejection: { rejected: 'PlayExists' } });
    expect(store.events).toBe(1);
    expect(await store.head()).toBe(1n);
  });
});

test('a state that was loaded is cached only where the aggregate says so', async () => {
  const store = new Counted(openStore());
  const streams = streamsOn(store);
  const data = { title: 'Song', artistId: 'a1', durationMs: null, kind: 'music', at: OCTOBER } as const;
  await streams.transact(track, 't1', { type: 'RegisterTrack', data }, meta(1));
  for (let n = 0; n < 3; n++) await streams.load(track, 't1');
  expect(store.events).toBe(1);
  await streams.transact(uncachedPlay, 'p1', START, meta(2));
  for (let n = 0; n < 3; n++) await streams.load(uncachedPlay, 'p1');
  expect(store.events).toBe(4);
});
