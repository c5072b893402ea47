/** Longest sleep of a waiter without a notification, in milliseconds. */
const HEARTBEAT_MS = 1_000;

/** First and longest pause between polls of a reader that is not notified of new events, in milliseconds. */
const POLL_MIN_MS = 1;
const POLL_MAX_MS = 50;

/** The head of the log, as a reader sees it. */
export type HeadSource = {
  /** Position of the last durable event. */
  position(): number;
  /** Resolves once the head may have passed `known`, or `stop` aborts. */
  moved(known: number, stop: AbortSignal): Promise<void>;
};

/** The head in shared memory, for the readers in all threads of the writer's process. */
export class SharedHead implements HeadSource {
  private readonly cell: BigInt64Array;

  constructor(readonly buffer: SharedArrayBuffer = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT)) {
    this.cell = new BigInt64Array(buffer);
  }

  position(): number {
    return Number(Atomics.load(this.cell, 0));
  }

  advance(position: number): void {
    Atomics.store(this.cell, 0, BigInt(position));
    Atomics.notify(this.cell, 0);
  }

  async moved(known: number, stop: AbortSignal): Promise<void> {
    const seen = Atomics.load(this.cell, 0);
    if (seen > BigInt(known)) return;
    const waiting = Atomics.waitAsync(this.cell, 0, seen, HEARTBEAT_MS);
    if (waiting.async) await pause(HEARTBEAT_MS, stop, waiting.value);
  }
}

/** The head for a reader in another process: polled, at pauses that grow while nothing happens. */
export class PolledHead implements HeadSource {
  constructor(private readonly look: () => number) {}

  position(): number {
    return this.look();
  }

  async moved(known: number, stop: AbortSignal): Promise<void> {
    for (let ms = POLL_MIN_MS; !stop.aborted && this.look() <= known; ms = Math.min(2 * ms, POLL_MAX_MS)) {
      await pause(ms, stop);
    }
  }
}

/**
 * Sleeps for `ms`, at most until `stop` aborts or `earlier` settles. The timer also keeps a waiting worker thread alive,
 * which a pending `Atomics.waitAsync` alone does not.
 */
const pause = (ms: number, stop: AbortSignal, earlier?: Promise<unknown>): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      stop.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    stop.addEventListener('abort', end, { once: true });
    if (stop.aborted) end();
    void earlier?.then(end);
  });
