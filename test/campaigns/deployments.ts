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

/** A way to run the service, with its own log and read models. */
export type Deployment = {
  /** Environment for the command line. */
  readonly env: Readonly<Record<string, string>>;
  readonly start: () => Promise<Running>;
  /** All events of the log and the log's faults. Call it while no process runs. */
  readonly log: () => Promise<{
    readonly events: readonly RecordedEvent[];
    readonly faults: readonly string[];
  }>;
  readonly end: () => Promise<void>;
};

export type Running = {
  readonly url: string;
  readonly kill: () => Promise<void>;
  /** @throws {Error} when a process exits with another code than 0 */
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
        // EventStoreDB positions are file offsets, so they have gaps.
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
    // Kills one process at random and stops the others, or kills all.
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
