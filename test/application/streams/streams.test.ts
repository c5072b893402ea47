import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { CommandRejected } from '../../../src/application/streams/command-rejected.js';
import type { EventStore, RecordedEvent } from '../../../src/application/ports/event-store.js';
import { type CommandMeta, Streams } from '../../../src/application/streams/streams.js';
import { play, type PlayCommand } from '../../../src/domain/playback/play.js';
import { ZodEventSchemas } from '../../../src/infrastructure/events/zod-event-schemas.js';
import { EmbeddedEventStore } from '../../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { UuidIds } from '../../../src/infrastructure/identity/uuid-ids.js';
import { EventStoreFront } from '../../../src/infrastructure/shared/event-store-front.js';
import { logFolders } from '../../support/log-folder.js';
import { FACTS, OCTOBER } from '../../support/plays.js';

/* The shell around deciders, on the embedded log: what it keeps of hot streams must show in nothing but the time. */

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

describe('a hot stream', () => {
  const setUp = () => {
    const log = openStore();
    const store = new Counted(log);
    const streams = streamsOn(store);
    const say = (command: PlayCommand, n: number, hot = true) =>
      streams.transact(play, 'p1', command, meta(n), { fresh: command.type === 'StartPlay', hot });
    return { log, store, streams, say };
  };

  test('is not read again', async () => {
    const { store, say } = setUp();
    await say(START, 1);
    for (let n = 2; n < 10; n++) await say(progress(n), n);
    expect(store.events).toBe(0);
  });

  test('is read as far as another writer went on with it', async () => {
    const { log, store, say } = setUp();
    await say(START, 1);
    await streamsOn(log).transact(play, 'p1', progress(5), meta(2));
    expect(await say(progress(4), 3).catch((error: unknown) => error)).toMatchObject({
      rejection: { rejected: 'OutOfOrder' },
    });
    expect(store.events).toBe(1);
  });

  test('is forgotten when it cools, and when more commands made it than are remembered', async () => {
    const { store, say } = setUp();
    await say(START, 1);
    await say(progress(2), 2, false);
    await say(progress(3), 3);
    expect(store.events).toBe(2);
    for (let n = 4; n < 110; n++) await say(progress(n), n);
    const before = store.events;
    await say(progress(110), 110);
    expect(store.events - before).toBe(109);
  });

  test('is kept in memory by nothing but commands that went well', async () => {
    const { store, streams, say } = setUp();
    await say(START, 1);
    await store.close();
    await expect(say(progress(2), 2)).rejects.toThrow('closed');
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
    hot: fc.boolean(),
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
      for (const { command: said, writer, hot, commandId, content } of [
        { command: START, writer: 0, hot: true, commandId: 99, content: 0 } as const,
        ...steps,
      ]) {
        const asked = meta(commandId, content);
        const fresh = said.type === 'StartPlay';
        const [remembering, reading] = await Promise.all([
          outcome(writers[writer].transact(play, id, said, asked, { fresh, hot })),
          outcome(streamsOn(other).transact(play, id, said, asked, { fresh })),
        ]);
        expect(remembering).toEqual(reading);
      }
      // An event that was read carries its place in the log too.
      const remembered = await writers[0].load(play, id);
      expect(await streamsOn(store).load(play, id)).toMatchObject(remembered);
    }),
    { numRuns: 60 },
  );
});

describe('a stream that is opened', () => {
  const setUp = () => {
    const store = new Counted(openStore());
    const streams = streamsOn(store);
    const open = (command: PlayCommand, n: number, content = n) =>
      streams.open(play, 'p1', command, meta(n, content));
    return { store, streams, open };
  };

  test('is written without being read', async () => {
    const { store, open } = setUp();
    expect(await open(START, 1)).toMatchObject({ id: 'p1', position: 1n, appended: 1 });
    expect(store.events).toBe(0);
  });

  test('answers the same command again like the first time, and refuses other content under its id', async () => {
    const { store, open } = setUp();
    await open(START, 1);
    expect(await open(START, 1)).toMatchObject({ id: 'p1', position: 1n });
    await expect(open(progress(1), 1, 2)).rejects.toThrow(CommandRejected);
    expect(await store.head()).toBe(1n);
  });

  test('is taken as it is where it exists', async () => {
    const { store, streams, open } = setUp();
    await streams.transact(play, 'p1', START, meta(1));
    expect(await open(progress(1), 2)).toMatchObject({ position: 2n, appended: 1 });
    await expect(
      open(
        { type: 'StartPlay', data: { ...FACTS, trackId: 'other', positionMs: 0, receivedAt: OCTOBER } },
        3,
      ),
    ).rejects.toThrow(CommandRejected);
    expect(await store.head()).toBe(2n);
  });
});
