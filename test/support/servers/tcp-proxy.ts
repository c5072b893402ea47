import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A proxy that can drop all traffic silently, or refuse connections. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private isSilent = false;

  private constructor(
    private readonly host: string,
    private readonly target: number,
    private server: Server,
    readonly port: number,
  ) {}

  static async to(host: string, target: number): Promise<TcpProxy> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const proxy = new TcpProxy(host, target, server, (server.address() as AddressInfo).port);
    server.on('connection', (socket) => proxy.carry(socket));
    return proxy;
  }

  /** Number of open connections. */
  get connections(): number {
    return this.sockets.size / 2;
  }

  /** Accepts connections and data, but forwards nothing. */
  silence(): void {
    this.isSilent = true;
    for (const socket of this.sockets) socket.unpipe();
    for (const socket of this.sockets) socket.resume();
  }

  /** Closes open connections and refuses new ones. */
  async close(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  /** Closes open connections and forwards again, on the same port. */
  async reopen(): Promise<void> {
    await this.close();
    this.isSilent = false;
    this.server = createServer((socket) => this.carry(socket));
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  private carry(socket: Socket): void {
    this.keep(socket);
    if (this.isSilent) {
      socket.resume();
      return;
    }
    const onward = connect(this.target, this.host);
    this.keep(onward);
    socket.pipe(onward);
    onward.pipe(socket);
    socket.on('close', () => onward.destroy());
    onward.on('close', () => socket.destroy());
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  }
}
