import { randomUUID } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { type EventStore, type RecordedEvent, START } from '../../src/application/ports/event-store.js';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { EventStoreDbEventStore } from '../../src/infrastructure/eventstore/eventstoredb/eventstoredb-event-store.js';
import { type ServingProcess, serving } from '../support/cli/program.js';
import { EventStoreDbServer } from '../support/servers/eventstoredb-server/eventstoredb-server.js';
import { eventsOf } from '../support/log/events.js';
import { unsoundIn } from '../support/log/soundness.js';
import { caughtUp } from './service-client.js';

/** The service as somebody runs it, with a log and read models of its own. */
export type Deployment = {
  /** For the command line. */
  readonly env: Readonly<Record<string, string>>;
  readonly start: () => Promise<Running>;
  /** The whole log, while nothing runs; with what is wrong with it. */
  readonly log: () => Promise<{
    readonly events: readonly RecordedEvent[];
    readonly faults: readonly string[];
  }>;
  readonly end: () => Promise<void>;
};

export type Running = {
  readonly url: string;
  readonly kill: () => Promise<void>;
  /** @throws {Error} when it does not stop well */
  readonly stop: () => Promise<void>;
  readonly caughtUp: () => Promise<void>;
};

/** One process on the embedded engines. */
export const embedded = async (folder: string): Promise<Deployment> => {
  const env = { PLAYLEDGER_DATA_DIR: folder };
  return {
    env,
    start: async () => running([await serving(env)]),
    log: async () => {
      const events = await readWhole(new EmbeddedEventStore(folder));
      return { events, faults: unsoundIn(events) };
    },
    end: async () => {},
  };
};

/** One process that serves and one that projects, on the EventStoreDB test server and a database of a MongoDB. */
export const onServers =
  (mongoDb: string) =>
  async (folder: string): Promise<Deployment> => {
    const server = await EventStoreDbServer.start();
    const mongoDbUrl = new URL(mongoDb);
    mongoDbUrl.pathname = `/playledger-test-${randomUUID().slice(0, 8)}`;
    const env = {
      PLAYLEDGER_DATA_DIR: folder,
      PLAYLEDGER_EVENTSTORE_URL: server.url,
      PLAYLEDGER_MONGODB_URL: mongoDbUrl.href,
    };
    const inRoles = (roles: string) => serving({ ...env, PLAYLEDGER_ROLES: roles });
    return {
      env,
      start: async () => running(await Promise.all([inRoles('api'), inRoles('projector,scheduler')])),
      log: async () => {
        const events = await readWhole(new EventStoreDbEventStore(server.url));
        // Positions of a server are places in its files: they have gaps.
        const numbered = events.map((event, index) => ({ ...event, position: BigInt(index + 1) }));
        return { events, faults: unsoundIn(numbered) };
      },
      end: async () => {
        const client = new MongoClient(mongoDbUrl.href);
        await client.db().dropDatabase();
        await client.close();
        await server.stop();
      },
    };
  };

const running = (processes: readonly ServingProcess[]): Running => {
  const [first, last] = [processes[0]?.url ?? '', processes.at(-1)?.url ?? ''];
  return {
    url: first,
    // Any of the processes, and at least one; the others are stopped.
    kill: async () => {
      const victim = Math.floor(Math.random() * (processes.length + 1));
      await Promise.all(
        processes.map((process, n) =>
          victim === n || victim === processes.length ? process.kill() : process.terminate(),
        ),
      );
    },
    stop: async () => {
      const codes = await Promise.all(processes.map((process) => process.terminate()));
      if (codes.some((code) => code !== 0)) throw new Error(`The service stopped with ${codes.join(', ')}.`);
    },
    caughtUp: () => caughtUp(last),
  };
};

const readWhole = async (store: EventStore): Promise<readonly RecordedEvent[]> => {
  try {
    return eventsOf(await Array.fromAsync(store.readAll(START)));
  } finally {
    await store.close();
  }
};
