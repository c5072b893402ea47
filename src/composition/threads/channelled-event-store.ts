import {
  type Appended,
  type EventStore,
  type NewEvent,
  StoreUnavailable,
} from '../../application/ports/event-store.js';
import { EventStoreFront } from '../../infrastructure/shared/event-store-front.js';
import { type RequestClient, ThreadEnded } from './thread-requests.js';

/*
 * The embedded log has one writer, on the main thread. A process that runs in a worker thread reads the log itself and
 * sends its appends to the main thread.
 */

type Append = { readonly stream: string; readonly expected: number; readonly events: readonly NewEvent[] };

/** The handler of appends, for the thread that may write. */
export const appendHandlers = (store: EventStore) => ({
  append: ({ stream, expected, events }: Append): Promise<Appended> => store.append(stream, expected, events),
});

/** A log that is read in this thread and appended to by another one, which serves `appendHandlers`. */
export class ChannelledEventStore extends EventStoreFront {
  constructor(
    reader: EventStore,
    private readonly writer: RequestClient<ReturnType<typeof appendHandlers>>,
  ) {
    super(reader);
  }

  override async append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
    try {
      return await this.writer.request('append', { stream, expected, events });
    } catch (error) {
      if (!(error instanceof ThreadEnded)) throw error;
      throw new StoreUnavailable('The thread that writes the log ended.', true, { cause: error });
    }
  }
}
