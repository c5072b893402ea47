import { StoreBusy, StoreUnavailable } from '../ports/event-store.js';

const WAITING_MAX = 1_000;

type Queue = { last: Promise<unknown>; waiting: number };

/** Serialises writers of one stream in arrival order. Writers of other streams do not wait. */
export class StreamLocks {
  private readonly queues = new Map<string, Queue>();

  /** @param onIdle called when the last writer of a stream has finished */
  constructor(private readonly onIdle: (stream: string) => void = () => {}) {}

  /** Whether a writer waits for the lock of `stream`. */
  isWaitedFor(stream: string): boolean {
    return (this.queues.get(stream)?.waiting ?? 0) > 0;
  }

  /**
   * Runs `work` once all earlier writers of the stream have finished.
   *
   * @throws {StoreBusy} when too many wait
   * @throws {StoreUnavailable} also when the writer before it failed so: the store is unavailable to all that wait
   */
  async hold<T>(stream: string, work: () => Promise<T>): Promise<T> {
    const queue = this.queues.get(stream) ?? this.opened(stream);
    if (queue.waiting >= WAITING_MAX) throw new StoreBusy(`${WAITING_MAX} commands wait for ${stream}.`);
    const mine = queue.last === NO_WRITER ? work() : after(queue, work);
    queue.last = mine;
    try {
      return await mine;
    } finally {
      if (queue.last === mine) {
        this.queues.delete(stream);
        this.onIdle(stream);
      }
    }
  }

  private opened(stream: string): Queue {
    const queue = { last: NO_WRITER, waiting: 0 };
    this.queues.set(stream, queue);
    return queue;
  }
}

const NO_WRITER: Promise<unknown> = Promise.resolve();

const after = async <T>(queue: Queue, work: () => Promise<T>): Promise<T> => {
  queue.waiting++;
  try {
    await queue.last;
  } catch (error) {
    if (error instanceof StoreUnavailable) throw new StoreUnavailable(error.message, false, { cause: error });
  } finally {
    queue.waiting--;
  }
  return work();
};
