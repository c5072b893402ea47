import { EventStoreDBClient } from '@eventstore/db-client';
import { within } from './within.js';

/** Longest wait for the client to let go of its calls. */
const CLOSE_MS = 2_000;

/** The client's own default pings after 10 s and then waits 10 s more: too long to find a half-open connection in 15 s. */
const PING_ANSWER_MS = 3_000;

type Channel = { close(): void };

/** Members of the client that TypeScript calls private or protected, as of 6.2.1. */
type Internals = { supports: () => Promise<boolean>; createChannel: () => Promise<Channel> };

/** The client of one server or cluster. Connects with the first call, reconnects by itself, and can be closed. */
export class Connection {
  readonly client: EventStoreDBClient;
  private channel: Channel | undefined;
  private closed = false;

  /** @param connectionString `esdb://`, `esdb+discover://`, or the same with `kurrentdb`, `kurrent` or `kdb` */
  constructor(connectionString: string) {
    this.client = EventStoreDBClient.connectionString(withDefaults(connectionString));
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

const withDefaults = (connectionString: string): string => {
  const url = connectionString.trim().replace(/^(?:kurrentdb|kurrent|kdb)(\+discover)?:/, 'esdb$1:');
  if (/[?&]keep-?_?alive-?_?timeout=/i.test(url)) return url;
  const bare = url.replace(/\/+$/, '');
  return `${bare}${bare.includes('?') ? '&' : '?'}keepAliveTimeout=${PING_ANSWER_MS}`;
};
