import type { MessagePort, Transferable, Worker } from 'node:worker_threads';
import { decodeError, encodeError, type EncodedError } from './error-codec.js';

/*
 * The one protocol between threads: requests with a name and an input, and a response to each. Inputs and outputs are plain
 * data; errors keep their class if error-codec.ts knows it.
 */

type Request = { readonly id: number; readonly name: string; readonly input: unknown };
type Response = { readonly id: number } & ({ readonly output: unknown } | { readonly error: EncodedError });

/** What a thread serves: a handler for each name of a request. */
export type Handlers = Readonly<Record<string, (input: never) => unknown>>;

/** An output of which `transfer` is moved to the other thread instead of copied. */
export class Transferred<Output> {
  constructor(
    readonly output: Output,
    readonly transfer: Transferable[],
  ) {}
}

type OutputOf<Handler extends (input: never) => unknown> =
  Awaited<ReturnType<Handler>> extends Transferred<infer Output> ? Output : Awaited<ReturnType<Handler>>;

/** Responds to the requests that arrive at `port`, concurrently: a response waits for no other. */
export const serveRequests = (port: MessagePort, handlers: Handlers): void => {
  const respond = async ({ id, name, input }: Request): Promise<void> => {
    try {
      const handler = handlers[name] as ((input: unknown) => unknown) | undefined;
      if (!handler) throw new TypeError(`There is no handler of ${name}.`);
      const output = await handler(input);
      if (output instanceof Transferred)
        port.postMessage({ id, output: output.output } satisfies Response, output.transfer);
      else port.postMessage({ id, output } satisfies Response);
    } catch (error) {
      port.postMessage({ id, error: encodeError(error) } satisfies Response);
    }
  };
  port.on('message', (request: Request) => void respond(request));
};

/** The other thread ended, or closed its port, before it responded: whether it did the work is unknown. */
export class ThreadEnded extends Error {
  override readonly name = 'ThreadEnded';
}

type Pending = {
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
};

/** Sends requests to the thread at the other end of `peer`, which serves `Served`. */
export class RequestClient<Served extends Handlers> {
  private readonly pending = new Map<number, Pending>();
  private requests = 0;
  private ended: Error | undefined;
  private readonly port: MessagePort;

  constructor(peer: MessagePort | Worker) {
    this.port = peer as MessagePort; // A Worker has the methods that are used here.
    this.port.on('message', (response: Response) => this.settle(response));
    this.port.on('error', (error: unknown) =>
      this.end(error instanceof Error ? error : new Error(String(error))),
    );
    // A worker emits `exit`, a port `close`.
    for (const event of ['exit', 'close'])
      this.port.once(event, () => this.end(new ThreadEnded('A thread ended before it responded.')));
  }

  /** @throws what the handler throws; {ThreadEnded}, or the error that the thread died of, if there is no response */
  request<Name extends keyof Served & string>(
    name: Name,
    ...[input]: Parameters<Served[Name]>
  ): Promise<OutputOf<Served[Name]>> {
    return new Promise<OutputOf<Served[Name]>>((resolve, reject) => {
      if (this.ended) return reject(this.ended);
      const request: Request = { id: this.requests++, name, input };
      this.port.postMessage(request);
      this.pending.set(request.id, { resolve: resolve as Pending['resolve'], reject });
    });
  }

  /** Rejects the pending requests, and all later ones, with `because`. */
  end(because: Error): void {
    this.ended ??= because;
    for (const { reject } of this.pending.values()) reject(this.ended);
    this.pending.clear();
  }

  private settle(response: Response): void {
    const pending = this.pending.get(response.id);
    this.pending.delete(response.id);
    if ('output' in response) pending?.resolve(response.output);
    else pending?.reject(decodeError(response.error));
  }
}
