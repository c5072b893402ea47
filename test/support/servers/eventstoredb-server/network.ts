import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A proxy in front of a local port that simulates network faults. */
export class Network {
  private readonly pairs = new Set<{ readonly client: Socket; readonly server: Socket }>();
  private server: Server | undefined;
  private frozen = false;
  /** Port for clients. Stays the same while connections are refused. */
  port = 0;

  private constructor(private readonly target: number) {}

  static async before(target: number): Promise<Network> {
    const network = new Network(target);
    await network.accept();
    return network;
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.pairs.size;
  }

  /** Resets every connection. */
  cut(): void {
    for (const { client, server } of this.pairs) {
      client.resetAndDestroy();
      server.destroy();
    }
  }

  /** Resets every connection, and refuses new ones until `accept`. */
  async refuse(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    this.cut();
    if (server) await new Promise((closed) => server.close(closed));
  }

  async accept(): Promise<void> {
    this.server = createServer({ pauseOnConnect: true, noDelay: true }, (client) => this.forward(client));
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  /** Keeps connections open and accepts new ones, but forwards nothing. */
  freeze(): void {
    this.frozen = true;
    for (const { client, server } of this.pairs) {
      client.unpipe();
      server.unpipe();
    }
  }

  /** Forwards the data held back by `freeze`. */
  thaw(): void {
    this.frozen = false;
    for (const { client, server } of this.pairs) client.pipe(server).pipe(client);
  }

  private forward(client: Socket): void {
    const server = connect({ port: this.target, host: '127.0.0.1', noDelay: true });
    const pair = { client, server };
    this.pairs.add(pair);
    const end = () => {
      this.pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on('error', end).on('close', end);
    if (!this.frozen) client.pipe(server).pipe(client);
  }
}
