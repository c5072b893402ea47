import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import {
  type NewEvent,
  NO_STREAM,
  type Page,
  RevisionConflict,
  START,
  StoreBusy,
  StoreUnavailable,
} from '../../../../src/application/ports/event-store.js';
import {
  EventStoreDbEventStore,
  type EventStoreDbOptions,
} from '../../../../src/infrastructure/eventstore/eventstoredb/eventstoredb-event-store.js';
import { carryOut } from '../../../campaigns/campaign.js';
import { loseAnswers } from '../../../campaigns/lose-answers.js';
import {
  EventStoreDbServer,
  type ServerOptions,
} from '../../../support/servers/eventstoredb-server/eventstoredb-server.js';
import { eventually } from '../../../support/time/eventually.js';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** For calls that must succeed on a busy machine. */
const PATIENT: EventStoreDbOptions = { deadlineMs: 5_000, heartbeatMs: 150 };
/** For calls that must exceed their deadline. */
const HASTY: EventStoreDbOptions = { deadlineMs: 400, heartbeatMs: 150 };

const aServer = async (options?: ServerOptions) => {
  const server = await EventStoreDbServer.start(options);
  ends.push(() => server.stop());
  return server;
};

const aStore = (url: string, options: EventStoreDbOptions = PATIENT) => {
  const store = new EventStoreDbEventStore(url, options);
  ends.push(() => store.close());
  return store;
};

const both = async (options?: ServerOptions, storeOptions?: EventStoreDbOptions) => {
  const server = await aServer(options);
  return { server, store: aStore(server.url, storeOptions) };
};

const aPlay = (n = 0): NewEvent => ({
  id: randomUUID(),
  type: 'PlaybackStarted',
  data: { n },
  metadata: {
    commandId: randomUUID(),
    commandHash: 'hash',
    actor: 'listener:1',
    at: 1_700_000_000_000,
    schema: 1,
  },
});
const plays = (count: number) => Array.from({ length: count }, (_, n) => aPlay(n));

const failureOf = async (promise: Promise<unknown>) => {
  const error: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof Error)) throw new Error('It did not fail.');
  return error;
};

const all = async <T>(pages: AsyncIterable<T>): Promise<T[]> => {
  const read: T[] = [];
  for await (const page of pages) read.push(page);
  return read;
};
const idsOf = (pages: readonly Page[]) => pages.flatMap(({ events }) => events.map(({ id }) => id));

/** Follows the log in the background, as a projection does. */
const follow = (store: EventStoreDbEventStore, after = START, pageSize = 1_000) => {
  const stop = new AbortController();
  const pages: Page[] = [];
  const done = (async () => {
    for await (const page of store.subscribe(after, { signal: stop.signal, pageSize })) pages.push(page);
  })();
  done.catch(() => {});
  ends.push(async () => stop.abort());
  return { pages, done, stop, ids: () => idsOf(pages), atHead: () => pages.at(-1)?.atHead === true };
};

describe('An append to EventStoreDB', () => {
  test('reports the actual revision when another writer came first', async () => {
    const { store } = await both();
    await store.append('playback-1', NO_STREAM, plays(2));
    expect(await failureOf(store.append('playback-1', 0, plays(2)))).toEqual(
      new RevisionConflict('playback-1', 0, 1),
    );
    expect(await failureOf(store.append('playback-2', 3, plays(1)))).toEqual(
      new RevisionConflict('playback-2', 3, NO_STREAM),
    );
  });

  test.each(['own', 'none', 'end'] as const)(
    'returns the first result for a repeat when the server sends %s position for it',
    async (repeats) => {
      const { server, store } = await both({ repeats });
      const events = plays(3);
      const first = await store.append('playback-1', NO_STREAM, events);
      expect(first).toEqual({ revision: 2, position: server.log.stream('playback-1')[2]?.position });
      expect(await store.append('playback-1', NO_STREAM, events)).toEqual(first);
      await store.append('playback-1', 2, plays(1));
      expect(await store.append('playback-1', NO_STREAM, events)).toEqual(first);
      expect(server.log.ofClients).toHaveLength(4);
    },
  );

  test.each([
    ['the answer is lost with the connection', 'answer-lost'],
    ['the answer never comes', 'answer-withheld'],
  ] as const)('may have been written when %s; repeated, it is there once', async (_, kind) => {
    const { server, store } = await both({ repeats: 'end' }, HASTY);
    await store.append('playback-0', NO_STREAM, plays(1));
    server.faults.next('append', { kind });
    const events = plays(2);
    expect(await failureOf(store.append('playback-1', NO_STREAM, events))).toMatchObject({
      ambiguous: true,
    });
    server.log.addSystemEvents(1);
    const stored = server.log.stream('playback-1');
    expect(stored).toHaveLength(2);
    await eventually(async () =>
      expect(await store.append('playback-1', NO_STREAM, events)).toEqual({
        revision: 1,
        position: stored[1]?.position,
      }),
    );
    expect(server.log.stream('playback-1')).toHaveLength(2);
  });

  test('is known not to be written when nothing listens on the port', async () => {
    const { server, store } = await both();
    await server.network.refuse();
    const error = await failureOf(store.append('playback-1', NO_STREAM, plays(1)));
    expect(error).toBeInstanceOf(StoreUnavailable);
    expect(error).toMatchObject({ ambiguous: false });
    await server.network.accept();
    await eventually(() => store.append('playback-1', NO_STREAM, plays(1)), 10_000);
  });

  test('above the size limit of the server is rejected permanently, whatever its error', async () => {
    const { server, store } = await both({ eventBytesMax: 10_000 });
    const large = { ...aPlay(), data: { note: 'x'.repeat(20_000) } };
    expect(await failureOf(store.append('playback-1', NO_STREAM, [large]))).toBeInstanceOf(RangeError);
    expect(server.log.stream('playback-1')).toHaveLength(0);
  });

  test('is rejected as busy when the server is too busy, and as unavailable before it is ready', async () => {
    const { server, store } = await both();
    server.faults.next('append', { kind: 'busy' });
    server.faults.next('append', { kind: 'not-ready' });
    expect(await failureOf(store.append('playback-1', NO_STREAM, plays(1)))).toBeInstanceOf(StoreBusy);
    const error = await failureOf(store.append('playback-1', NO_STREAM, plays(1)));
    expect(error).toMatchObject({ ambiguous: false });
    expect(error).toBeInstanceOf(StoreUnavailable);
  });

  test('is sent to the leader that the node names, as are later ones', async () => {
    const leader = await aServer();
    const follower = await aServer({ log: leader.log });
    follower.leader = { host: '127.0.0.1', port: leader.network.port };
    const store = aStore(follower.url);
    await store.append('playback-1', NO_STREAM, plays(1));
    await store.append('playback-1', 0, plays(1));
    expect([follower.calls.append, leader.calls.append]).toEqual([1, 2]);
  });

  test('returns to the node of the connection string when the leader has ended and that node leads', async () => {
    const leader = await aServer();
    const node = await aServer({ log: leader.log });
    node.leader = { host: '127.0.0.1', port: leader.network.port };
    const store = aStore(node.url);
    await store.append('playback-1', NO_STREAM, plays(1));
    await leader.stop();
    node.leader = undefined;
    const events = plays(1);
    await eventually(() => store.append('playback-1', 0, events));
    expect(node.log.stream('playback-1')).toHaveLength(2);
  });

  test('finds the leader by gossip when the connection string names a cluster', async () => {
    const leader = await aServer();
    const follower = await aServer({ log: leader.log });
    const ports = [follower.network.port, leader.network.port];
    const members = ports.map((port) => ({ port, leader: port === leader.network.port }));
    follower.members = members;
    leader.members = members;
    const store = aStore(`kurrentdb://${ports.map((port) => `127.0.0.1:${port}`).join(',')}?tls=false`);
    await store.append('playback-1', NO_STREAM, plays(1));
    expect([follower.calls.append, leader.calls.append]).toEqual([0, 1]);
  });

  test('fails with a typed error when no leader is known', async () => {
    const { server, store } = await both();
    server.faults.next('append', { kind: 'not-leader' });
    expect(await failureOf(store.append('playback-1', NO_STREAM, plays(1)))).toBeInstanceOf(StoreUnavailable);
    await store.append('playback-1', NO_STREAM, plays(1));
  });
});

describe('A silent EventStoreDB', () => {
  test('delays no call beyond the deadline when its port accepts connections and never responds', async () => {
    const sockets = new Set<Socket>();
    const mute = createServer((socket) => sockets.add(socket));
    await new Promise<void>((listening) => mute.listen(0, '127.0.0.1', listening));
    ends.push(async () => {
      for (const socket of sockets) socket.destroy();
      mute.close();
    });
    const store = aStore(`esdb://127.0.0.1:${(mute.address() as AddressInfo).port}?tls=false`, HASTY);
    const began = performance.now();
    const failures = await Promise.all([
      failureOf(store.append('playback-1', NO_STREAM, plays(1))),
      failureOf(all(store.readStream('playback-1'))),
      failureOf(all(store.readAll(START))),
      failureOf(store.head()),
    ]);
    expect(performance.now() - began).toBeLessThan(1_500);
    for (const failure of failures) expect(failure).toBeInstanceOf(StoreUnavailable);
    expect(failures.map((failure) => (failure as StoreUnavailable).ambiguous)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  test('delays no call beyond the deadline when it accepts calls and never responds', async () => {
    const { server, store } = await both({}, HASTY);
    server.faults.next('append', { kind: 'silence' });
    server.faults.next('readStream', { kind: 'silence' });
    server.faults.next('readBackwards', { kind: 'silence' });
    const failures = await Promise.all([
      failureOf(store.append('playback-1', NO_STREAM, plays(1))),
      failureOf(all(store.readStream('playback-1'))),
      failureOf(store.head()),
    ]);
    for (const failure of failures) expect(failure).toBeInstanceOf(StoreUnavailable);
    expect(server.faults.spent).toBe(true);
  });
});

describe('A read of EventStoreDB', () => {
  test('leaves out system events, and ends at the head as of its start', async () => {
    const { server, store } = await both();
    expect(await all(store.readAll(START))).toEqual([{ events: [], upTo: START, atHead: true }]);
    expect(await store.head()).toBe(START);
    const events = plays(20);
    for (const [n, event] of events.entries()) await store.append(`playback-${n}`, NO_STREAM, [event]);
    server.log.addSystemEvents(50);

    const head = await store.head();
    expect(head).toBe(server.log.stream('playback-19')[0]?.position);
    const pages: Page[] = [];
    for await (const page of store.readAll(START, { pageSize: 7 })) {
      if (pages.length === 0) await store.append('playback-late', NO_STREAM, plays(1));
      pages.push(page);
    }
    expect(idsOf(pages)).toEqual(events.map(({ id }) => id));
    expect(pages.map(({ atHead }) => atHead).indexOf(true)).toBe(pages.length - 1);
    expect(pages.at(-1)?.upTo).toBe(head);
    expect(Math.max(...pages.map(({ events }) => events.length))).toBeLessThanOrEqual(7);
  });

  test('finds the head before any number of system events, and then reads only new events', async () => {
    const { server, store } = await both();
    const { position } = await store.append('playback-1', NO_STREAM, plays(1));
    server.log.addSystemEvents(200);
    expect(await store.head()).toBe(position);
    const read = server.sent;
    server.log.addSystemEvents(1);
    expect(await store.head()).toBe(position);
    expect(server.sent - read).toBeLessThan(20);
  });

  test('skips the events of other programs on the same server', async () => {
    const { server, store } = await both();
    const foreign = {
      ...aPlay(),
      contentType: 'application/octet-stream',
      data: Buffer.from([1]),
      metadata: Buffer.of(),
    };
    server.log.append('alien-1', -1n, [foreign]);
    const events = plays(1);
    await store.append('playback-1', NO_STREAM, events);
    expect(idsOf(await all(store.readAll(START)))).toEqual([events[0]?.id]);
    expect((await failureOf(all(store.readStream('alien-1')))).message).toBe(
      'Event 0 of alien-1 is not one that Playledger wrote.',
    );
  });

  test.each([
    ['the connection breaks', 'cut'],
    ['the server gives up', 'drop'],
    ['the server ends it early', 'end'],
  ] as const)('fails when %s in the middle, and goes on where it was', async (_, kind) => {
    const { server, store } = await both();
    const events = plays(30);
    await store.append('playback-1', NO_STREAM, events);
    server.faults.next('readAll', { kind: 'slow', ms: 0 });
    server.faults.next('readAll', { kind, after: 5 });
    const pages: Page[] = [];
    const error = await failureOf(
      (async () => {
        for await (const page of store.readAll(START, { pageSize: 10 })) pages.push(page);
      })(),
    );
    expect(error).toBeInstanceOf(StoreUnavailable);
    const upTo = pages.at(-1)!.upTo;
    await eventually(async () => {
      const rest = await all(store.readAll(upTo));
      expect([...idsOf(pages), ...idsOf(rest)]).toEqual(events.map(({ id }) => id));
    });
  });

  test('makes progress on a connection slower than its deadline', async () => {
    const { server, store } = await both({}, HASTY);
    const events = plays(12);
    await store.append('playback-1', NO_STREAM, events);
    server.faults.next('readAll', { kind: 'slow', ms: 60 }, 5);
    expect(idsOf(await all(store.readAll(START)))).toEqual(events.map(({ id }) => id));
    expect(server.calls.readAll).toBeGreaterThan(1);
  });

  test('asks for a newer server when stream reads have no positions', async () => {
    const { store } = await both({ positionsInStreams: false });
    await store.append('playback-1', NO_STREAM, plays(1));
    expect((await failureOf(all(store.readStream('playback-1')))).message).toMatch(/22\.6 or newer/);
  });

  test('skips events of another program that share one position of a transaction', async () => {
    const { server, store } = await both();
    const foreign = { id: randomUUID(), type: 'Alien', contentType: 'application/json' };
    const some = () => ({ ...foreign, id: randomUUID(), data: Buffer.from('{}'), metadata: Buffer.of() });
    await store.append('playback-1', NO_STREAM, plays(2));
    server.log.addTransaction('alien-1', [some(), some(), some()]);
    await store.append('playback-1', 1, plays(2));
    for (const pageSize of [1, 2, 3, 1_000])
      expect(idsOf(await all(store.readAll(START, { pageSize })))).toHaveLength(4);
  });

  test('does not return a part of a stream that was truncated on the server', async () => {
    const { server, store } = await both();
    await store.append('playback-1', NO_STREAM, plays(5));
    server.log.truncate('playback-1', 2);
    expect((await failureOf(all(store.readStream('playback-1')))).message).toMatch(/lacks revision 0/);
  });

  test('rejects a log whose positions do not increase', async () => {
    const { server, store } = await both();
    await store.append('playback-1', NO_STREAM, plays(3));
    const [first, second] = server.log.stream('playback-1');
    Object.assign(second!, { position: first!.position });
    expect((await failureOf(all(store.readAll(START)))).message).toMatch(/cannot be put in order/);
  });

  test('ends without an error when its reader aborts', async () => {
    const { server, store } = await both();
    await store.append('playback-1', NO_STREAM, plays(30));
    server.faults.next('readAll', { kind: 'silence' });
    const stop = new AbortController();
    const read = all(store.readAll(START, { signal: stop.signal }));
    await eventually(() => expect(server.calls.readAll).toBe(1));
    stop.abort();
    expect(await read).toEqual([]);
  });
});

describe('A subscription to EventStoreDB', () => {
  /** Appends 40 events while `fault` happens; the subscription must deliver each once, in order. */
  const assertDeliversAll = async (fault: (server: EventStoreDbServer) => unknown, subscriptions = 2) => {
    const { server, store } = await both({}, HASTY);
    const writer = aStore((await aServer({ log: server.log })).url); // Faults are on the reader's way alone.
    const events = plays(40);
    await writer.append('playback-0', NO_STREAM, events.slice(0, 10));
    const reader = follow(store, START, 7);
    await eventually(() => expect(server.calls.subscribe).toBe(1));
    for (let n = 10; n < 40; n++) {
      if (n === 20) {
        await fault(server);
        await eventually(() => expect(server.calls.subscribe).toBe(subscriptions));
      }
      await writer.append(`playback-${n}`, NO_STREAM, [events[n]!]);
    }
    await eventually(() => expect(reader.ids()).toHaveLength(40), 10_000);
    expect(reader.ids()).toEqual(events.map(({ id }) => id));
    await eventually(() => expect(reader.atHead()).toBe(true));
    await eventually(() => expect(server.faults.spent).toBe(true));
    const positions = reader.pages.map(({ upTo }) => upTo);
    expect(positions).toEqual(positions.toSorted((a, b) => Number(a - b)));
    return { server, store, reader };
  };

  test('delivers each event once and in order without faults', async () => {
    const { server } = await assertDeliversAll(() => {}, 1);
    expect(server.calls.subscribe).toBe(1);
  });

  test('delivers each event once and in order across cut connections', async () => {
    await assertDeliversAll((server) => {
      server.faults.next('readAll', { kind: 'cut', after: 1 });
      server.faults.next('subscribe', { kind: 'cut', after: 2 });
      server.network.cut();
    });
  });

  test('delivers each event once and in order when the server drops or ends it', async () => {
    await assertDeliversAll((server) => {
      server.faults.next('subscribe', { kind: 'drop', after: 3 });
      server.faults.next('subscribe', { kind: 'end', after: 3 });
      server.network.cut();
    });
  });

  test('notices a subscription that stays open and delivers nothing', async () => {
    const { server } = await assertDeliversAll((server) => {
      server.faults.next('subscribe', { kind: 'mute' });
      server.network.cut();
    });
    await eventually(() => expect(server.calls.subscribe).toBeGreaterThan(2));
  });

  test('notices a connection that stays open and carries nothing, and continues once it recovers', async () => {
    await assertDeliversAll((server) => {
      server.network.freeze();
      setTimeout(() => server.network.thaw(), 1_000);
    }, 1);
  });

  test('resumes within 10 seconds after the server returns', async () => {
    const { server, store } = await both();
    const writer = aStore((await aServer({ log: server.log })).url);
    const reader = follow(store);
    await eventually(() => expect(server.calls.subscribe).toBe(1));
    await server.network.refuse();
    const events = plays(3);
    await writer.append('playback-1', NO_STREAM, events);
    setTimeout(() => void server.network.accept(), 1_500);
    await eventually(() => expect(reader.ids()).toEqual(events.map(({ id }) => id)), 11_500);
  });

  test('fails when the server is unavailable for longer than its timeout', async () => {
    const server = await aServer();
    const store = aStore(server.url, { ...HASTY, timeoutMs: 300 });
    const reader = follow(store);
    await eventually(() => expect(server.calls.subscribe).toBe(1));
    await server.network.refuse();
    expect(await failureOf(reader.done)).toBeInstanceOf(StoreUnavailable);
  });

  test('runs ahead of a slow reader only by a bounded amount', async () => {
    const { server, store } = await both();
    const stop = new AbortController();
    ends.push(async () => stop.abort());
    const pages = store.subscribe(START, { signal: stop.signal, pageSize: 10 })[Symbol.asyncIterator]();
    await pages.next();
    const wanted = pages.next();
    await eventually(() => expect(server.calls.subscribe).toBe(1));
    const events = plays(900).map((event) => ({ ...event, data: { note: 'x'.repeat(4_000) } }));
    for (let n = 0; n < 9; n++) {
      await store.append(`playback-${n}`, NO_STREAM, events.slice(n * 100, (n + 1) * 100));
    }
    const ids = idsOf([(await wanted).value as Page]);
    expect(server.sent).toBeLessThan(600);
    while (ids.length < 900) ids.push(...idsOf([(await pages.next()).value as Page]));
    expect(ids).toEqual(events.map(({ id }) => id));
  });

  test('ends immediately and without an error when aborted, whatever it waits for', async () => {
    const { server, store } = await both();
    const reader = follow(store);
    await eventually(() => expect(server.calls.subscribe).toBe(1));
    reader.stop.abort();
    await reader.done;

    server.faults.next('readAll', { kind: 'silence' });
    const waiting = follow(store);
    await eventually(() => expect(server.faults.spent).toBe(true));
    waiting.stop.abort();
    await waiting.done;
  });
});

/** `npm run campaign -- lose-answers` injects more faults. */
test('An EventStoreDB that loses responses and connections keeps each append once, and each event is read once', async () => {
  expect((await carryOut(loseAnswers, 60)).faults).toEqual([]);
}, 60_000);

describe('The address of an EventStoreDB', () => {
  const refusal = (url: string) => () => new EventStoreDbEventStore(url);

  test.each(['esdb', 'esdb+discover', 'kurrentdb', 'kurrentdb+discover', 'kdb'])(
    'may begin with %s:',
    (scheme) => {
      const url = `${scheme}://admin:secret@127.0.0.1:2113/?tls=false&tlsVerifyCert=false&keep_alive_timeout=5000`;
      expect(aStore(url)).toBeInstanceOf(EventStoreDbEventStore);
    },
  );

  test('is rejected with the reason, and never with the password', () => {
    const warnings = jest.spyOn(console, 'warn').mockImplementation(() => {});
    expect(refusal('http://127.0.0.1:2113')).toThrow(/looks like esdb:/);
    expect(refusal('esdb://admin:secret@127.0.0.1?tls=false&colour=red')).toThrow(/unknown option "colour"/);
    expect(refusal('esdb://admin:secret@127.0.0.1?tlsVerifyCert=false')).toThrow(/always verified/);
    expect(refusal('esdb://admin:secret@127.0.0.1:port')).toThrow(
      /^The EventStoreDB address cannot be read\.$/,
    );
    expect(warnings).not.toHaveBeenCalled();
    warnings.mockRestore();
  });
});

describe('Closing', () => {
  test('waits for the appends under way, ends subscriptions, and leaves no connection', async () => {
    const { server, store } = await both();
    const reader = follow(store);
    await eventually(() => expect(server.calls.subscribe).toBe(1));
    server.faults.next('append', { kind: 'slow', ms: 100 });
    const appended = store.append('playback-1', NO_STREAM, plays(1));
    await store.close();
    expect(await appended).toMatchObject({ revision: 0 });
    await reader.done;
    await eventually(() => expect(server.network.connections).toBe(0));
    expect(await failureOf(store.append('playback-1', 0, plays(1)))).toMatchObject({ ambiguous: false });
    expect(await failureOf(all(store.readAll(START)))).toBeInstanceOf(StoreUnavailable);
    await store.close();
  });
});
