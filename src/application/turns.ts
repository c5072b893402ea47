import { StoreBusy, StoreUnavailable } from './ports/event-store.js';

const WAITING_MAX = 1_000;

type Queue = { last: Promise<void>; waiting: number };

/** Who write to one stream take turns, in the order in which they came; other streams do not wait. */
export class Turns {
  private readonly queues = new Map<string, Queue>();

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
  async take<T>(stream: string, work: () => Promise<T>): Promise<T> {
    const queue = this.queues.get(stream);
    if (!queue) return this.first(stream, work);
    if (queue.waiting >= WAITING_MAX) throw new StoreBusy(`${WAITING_MAX} commands wait for ${stream}.`);

    queue.waiting++;
    const before = queue.last;
    const mine = before.finally(() => queue.waiting--).then(work);
    queue.last = onlyAbsence(mine);
    return this.ended(stream, queue, mine);
  }

  private first<T>(stream: string, work: () => Promise<T>): Promise<T> {
    const mine = work();
    const queue = { last: onlyAbsence(mine), waiting: 0 };
    this.queues.set(stream, queue);
    return this.ended(stream, queue, mine);
  }

  private async ended<T>(stream: string, queue: Queue, mine: Promise<T>): Promise<T> {
    const { last } = queue;
    try {
      return await mine;
    } finally {
      if (queue.last === last) this.queues.delete(stream);
    }
  }
}

/** Fulfils when `work` has ended, however it did; but when the store was away, says so to whoever comes next. */
const onlyAbsence = (work: Promise<unknown>): Promise<void> => {
  const ended = endOf(work);
  ended.catch(() => {}); // Perhaps nobody comes.
  return ended;
};

const endOf = async (work: Promise<unknown>): Promise<void> => {
  try {
    await work;
  } catch (error) {
    if (error instanceof StoreUnavailable) throw new StoreUnavailable(error.message, false, { cause: error });
  }
};
