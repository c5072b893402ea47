import { StoreBusy, StoreUnavailable } from '../ports/event-store.js';

const WAITING_MAX = 1_000;

type Queue = { last: Promise<unknown>; waiting: number };

/** Who write to one stream take turns, in the order in which they came; other streams do not wait. */
export class StreamLocks {
  private readonly queues = new Map<string, Queue>();

  /** @param onIdle told when the last of those who wrote to a stream has ended */
  constructor(private readonly onIdle: (stream: string) => void = () => {}) {}

  /** Whether somebody waits for a turn on `stream`. */
  isWaitedFor(stream: string): boolean {
    return (this.queues.get(stream)?.waiting ?? 0) > 0;
  }

  /**
   * Does `work` when all have done theirs who came before.
   *
   * @throws {StoreBusy} when too many wait
   * @throws {StoreUnavailable} also when the one before met it: a store that is away is away for all who wait for it
   */
  async hold<T>(stream: string, work: () => Promise<T>): Promise<T> {
    const queue = this.queues.get(stream) ?? this.opened(stream);
    if (queue.waiting >= WAITING_MAX) throw new StoreBusy(`${WAITING_MAX} commands wait for ${stream}.`);
    const mine = queue.last === NOBODY ? work() : after(queue, work);
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
    const queue = { last: NOBODY, waiting: 0 };
    this.queues.set(stream, queue);
    return queue;
  }
}

const NOBODY: Promise<unknown> = Promise.resolve();

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
