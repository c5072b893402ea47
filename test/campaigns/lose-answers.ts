import { setTimeout as sleep } from 'node:timers/promises';
import {
  type Appended,
  type NewEvent,
  NO_STREAM,
  type RecordedEvent,
  RevisionConflict,
  START,
  StoreBusy,
  StoreUnavailable,
} from '../../src/application/ports/event-store.js';
import { EventStoreDbEventStore } from '../../src/infrastructure/eventstore/eventstoredb/eventstoredb-event-store.js';
import { EventStoreDbServer } from '../support/servers/eventstoredb-server/eventstoredb-server.js';
import type { Call, Fault } from '../support/servers/eventstoredb-server/faults.js';
import { eventually } from '../support/time/eventually.js';
import { happened, idsOf } from '../support/log/events.js';
import { type Campaign, must } from './campaign.js';

const STREAMS = ['play-1', 'play-2'] as const;
/** Stores, each with its own connection, as four processes would have. */
const WRITERS = 4;
const CLIENTS_EACH = 4;
const OPTIONS = { deadlineMs: 400, heartbeatMs: 150 };
const PAUSE_MS = 15;
/** After the last fault, the subscription must continue within the first time and be complete within the second. */
const HEALED_MAX_MS = 10_000;
const READ_MAX_MS = 120_000;
const PAGE_SIZE = 100;

const CALL_FAULTS: readonly (readonly [Call, Fault])[] = [
  ['append', { kind: 'answer-lost' }],
  ['append', { kind: 'answer-withheld' }],
  ['append', { kind: 'silence' }],
  ['append', { kind: 'busy' }],
  ['append', { kind: 'not-ready' }],
  ['append', { kind: 'not-leader' }],
  ['append', { kind: 'slow', ms: 50 }],
  ['readStream', { kind: 'silence' }],
  ['readStream', { kind: 'cut', after: 1 }],
  ['readBackwards', { kind: 'drop', after: 1 }],
  ['readAll', { kind: 'cut', after: 2 }],
  ['readAll', { kind: 'end', after: 2 }],
  ['subscribe', { kind: 'cut', after: 3 }],
  ['subscribe', { kind: 'drop', after: 3 }],
  ['subscribe', { kind: 'end', after: 3 }],
  ['subscribe', { kind: 'mute' }],
];

/**
 * Sixteen clients of four writers append to two streams of the EventStoreDB test server, and one reader subscribes. Their
 * calls and connections fail. A client without a response repeats the append with the same event ids.
 */
export const loseAnswers: Campaign = {
  name: 'lose-answers',
  summary:
    'an EventStoreDB that loses responses and connections: each append is written once, each event read once',

  run: async ({ cycles, tell }) => {
    const server = await EventStoreDbServer.start();
    const stores = Array.from({ length: WRITERS + 1 }, () => new EventStoreDbEventStore(server.url, OPTIONS));
    const [reader, ...writers] = stores;
    const stop = new AbortController();
    try {
      const read: RecordedEvent[] = [];
      const reading = follow(reader, read, stop.signal);
      const done: Done[] = [];
      const working = new AbortController();
      const work = Promise.all(
        writers.flatMap((store) =>
          Array.from({ length: CLIENTS_EACH }, (_, n) =>
            client(store, STREAMS[n % 2] ?? 'play-1', done, working.signal),
          ),
        ),
      );
      for (let fault = 1; fault <= cycles; fault++) {
        await makeTrouble(server);
        await sleep(PAUSE_MS);
        tell(`${fault} of ${cycles} faults, ${done.length} appends`);
      }
      working.abort();
      server.faults.clear();
      await work;
      const healed = performance.now();
      const [behind, written] = [read.length, server.log.ofClients];
      const haveRead = (count: number) => () =>
        must(read.length >= count, `${read.length} of ${written.length} events were read.`);
      await eventually(haveRead(Math.min(behind + 1, written.length)), HEALED_MAX_MS);
      const ms = Math.round(performance.now() - healed);
      await eventually(haveRead(written.length), READ_MAX_MS);
      stop.abort();
      await reading;
      return {
        did: `${cycles} faults, ${done.length} appends, ${unanswered(done)} of them repeated; the subscription continued ${ms} ms after the last fault`,
        faults: faultsIn(server, done, read),
      };
    } finally {
      stop.abort();
      await Promise.all(stores.map((store) => store.close()));
      await server.stop();
    }
  },
};

type Done = {
  readonly stream: string;
  readonly events: readonly NewEvent[];
  readonly appended: Appended;
  readonly attempts: number;
};

const unanswered = (done: readonly Done[]): number => done.filter(({ attempts }) => attempts > 1).length;

const client = async (
  store: EventStoreDbEventStore,
  stream: string,
  done: Done[],
  signal: AbortSignal,
): Promise<void> => {
  let expected = NO_STREAM;
  while (!signal.aborted) {
    const events = Array.from({ length: 1 + Math.floor(Math.random() * 3) }, () => happened());
    for (let attempts = 1; ;) {
      try {
        const appended = await store.append(stream, expected, events);
        done.push({ stream, events, appended, attempts });
        expected = appended.revision;
        break;
      } catch (error) {
        // The adapter has checked that the conflict is not with an earlier attempt of this append.
        if (error instanceof RevisionConflict) expected = error.actual;
        else if (error instanceof StoreUnavailable || error instanceof StoreBusy) attempts++;
        else throw error;
      }
    }
  }
};

const follow = async (
  store: EventStoreDbEventStore | undefined,
  read: RecordedEvent[],
  signal: AbortSignal,
): Promise<void> => {
  for await (const { events } of store?.subscribe(START, { signal, pageSize: PAGE_SIZE }) ?? [])
    read.push(...events);
};

const makeTrouble = async ({ faults, network }: EventStoreDbServer): Promise<void> => {
  const chance = Math.random();
  if (chance < 0.02) {
    await network.refuse();
    await sleep(100);
    await network.accept();
  } else if (chance < 0.04) {
    network.freeze();
    await sleep(300);
    network.thaw();
  } else if (chance < 0.1) {
    network.cut();
  } else {
    const [call, fault] = CALL_FAULTS[Math.floor(Math.random() * CALL_FAULTS.length)] ?? [];
    // One at a time: queued faults would outlast the campaign.
    if (call && fault && !faults.waits(call)) faults.next(call, fault);
  }
};

const faultsIn = (
  { log }: EventStoreDbServer,
  done: readonly Done[],
  read: readonly RecordedEvent[],
): readonly string[] => {
  const faults: string[] = [];
  const written = log.ofClients;
  const places = new Map(written.map((stored) => [stored.id, stored]));
  if (places.size < written.length) faults.push(`${written.length - places.size} events are there twice`);
  const acknowledged = done.reduce((sum, { events }) => sum + events.length, 0);
  if (acknowledged !== written.length)
    faults.push(`${written.length} events for ${acknowledged} acknowledged`);
  for (const { stream, events, appended } of done) {
    for (const [index, { id }] of events.entries()) {
      const stored = places.get(id);
      const revision = BigInt(appended.revision - events.length + 1 + index);
      if (stored?.stream !== stream || stored.revision !== revision)
        faults.push(`${id} is not where it was said`);
    }
    if (places.get(events.at(-1)?.id ?? '')?.position !== appended.position)
      faults.push('a wrong position was told');
  }
  if (String(idsOf(read)) !== String(idsOf(written))) faults.push('what was read is not what was written');
  return faults;
};
