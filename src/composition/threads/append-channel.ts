import type { MessagePort } from 'node:worker_threads';
import {
  type Appended,
  type EventStore,
  type NewEvent,
  RevisionConflict,
  StoreBusy,
  StoreFull,
  StoreStopped,
  StoreUnavailable,
} from '../../application/ports/event-store.js';
import { EventStoreFront } from '../../infrastructure/shared/event-store-front.js';

/*
 * The embedded log has one writer, on the main thread. What runs in a worker thread and has to append (a process that
 * reacts to events) asks it through a channel.
 */

type Ask = {
  readonly call: number;
  readonly stream: string;
  readonly expected: number;
  readonly events: readonly NewEvent[];
};

type Told = { readonly call: number } & ({ readonly appended: Appended } | { readonly failed: Failure });

/** An error of the port as it crosses the channel, which carries data only. */
type Failure = {
  readonly name: string;
  readonly message: string;
  readonly ambiguous?: boolean;
  readonly actual?: number;
};

/** Appends what the other end of `port` asks for. */
export const serveAppends = (port: MessagePort, store: EventStore): void => {
  port.on('message', ({ call, stream, expected, events }: Ask) => {
    store.append(stream, expected, events).then(
      (appended) => port.postMessage({ call, appended } satisfies Told),
      (error: unknown) => port.postMessage({ call, failed: failureOf(error) } satisfies Told),
    );
  });
};

/** A log that is read here and appended to at the other end of a channel. */
export class ChannelledEventStore extends EventStoreFront {
  private readonly waiting = new Map<
    number,
    { fulfil: (appended: Appended) => void; ask: Ask; refuse: (error: Error) => void }
  >();
  private calls = 0;

  constructor(
    reader: EventStore,
    private readonly port: MessagePort,
  ) {
    super(reader);
    port.on('message', (told: Told) => {
      const asked = this.waiting.get(told.call);
      this.waiting.delete(told.call);
      if ('appended' in told) asked?.fulfil(told.appended);
      else asked?.refuse(errorOf(told.failed, asked.ask));
    });
  }

  override append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
    return new Promise((fulfil, refuse) => {
      const ask: Ask = { call: this.calls++, stream, expected, events };
      this.waiting.set(ask.call, { fulfil, refuse, ask });
      this.port.postMessage(ask);
    });
  }

  override close(): Promise<void> {
    this.port.close();
    return super.close();
  }
}

const failureOf = (error: unknown): Failure => {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message } = error;
  return {
    name,
    message,
    ...(error instanceof StoreUnavailable ? { ambiguous: error.ambiguous } : {}),
    ...(error instanceof RevisionConflict ? { actual: error.actual } : {}),
  };
};

const errorOf = (
  { name, message, ambiguous = true, actual = 0 }: Failure,
  { stream, expected }: Ask,
): Error => {
  switch (name) {
    case 'RevisionConflict':
      return new RevisionConflict(stream, expected, actual);
    case 'StoreUnavailable':
      return new StoreUnavailable(message, ambiguous);
    case 'StoreBusy':
      return new StoreBusy(message);
    case 'StoreFull':
      return new StoreFull(message);
    case 'StoreStopped':
      return new StoreStopped(message);
    default:
      return new Error(`${name}: ${message}`);
  }
};
