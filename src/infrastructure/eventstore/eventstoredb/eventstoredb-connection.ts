import { EventStoreDBClient } from '@eventstore/db-client';
import { toClientString } from './connection-string.js';
import { within } from './within.js';

/** Longest wait for the client to end its calls. */
const CLOSE_MS = 2_000;

type Channel = { close(): void };

/** Members of the client that TypeScript calls private or protected, as of 6.2.1. */
type Internals = { supports: () => Promise<boolean>; createChannel: () => Promise<Channel> };

/** The client of one server or cluster. Connects with the first call, reconnects by itself, and can be closed. */
export class EventStoreDbConnection {
  readonly client: EventStoreDBClient;
  private channel: Channel | undefined;
  private closed = false;

  /** @throws {Error} when the connection string cannot be read */
  constructor(connectionString: string) {
    this.client = clientOf(connectionString);
    const internals = this.client as unknown as Internals;

    // Append events by the Append call, which every server has, not by BatchAppend: there the client keeps the waiting
    // appends of all its instances in one map, rejects them together, and throws out of reach at an answer it has
    // given up. It asks for BatchAppend through `supports`, which moreover would wait without any deadline.
    internals.supports = () => Promise.resolve(false);

    // `dispose` ends the calls but not the connection below them, and the client makes a new one after a failure.
    const createChannel = internals.createChannel;
    internals.createChannel = async () => {
      const channel = await createChannel();
      if (this.closed) channel.close();
      this.channel = channel;
      return channel;
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    await within(CLOSE_MS, this.client.dispose(), () => undefined);
    this.channel?.close();
  }
}

const clientOf = (connectionString: string): EventStoreDBClient => {
  const url = toClientString(connectionString);
  try {
    return EventStoreDBClient.connectionString(url);
  } catch {
    // Without a cause: the client's error carries the connection string, and with it the password.
    throw new Error('The EventStoreDB address cannot be read.');
  }
};
