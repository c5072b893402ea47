/** How long a waiter sleeps at most before it looks again by itself, in milliseconds. */
const HEARTBEAT_MS = 1_000;

/** First and longest pause of a reader that nobody tells of new events, in milliseconds. */
const POLL_MIN_MS = 1;
const POLL_MAX_MS = 50;

/** Where a reader learns how far the log reaches. */
export type HeadSource = {
  /** Position of the last durable event. */
  position(): number;
  /** Fulfils when the head may have passed `known`, or `stop` aborts. */
  moved(known: number, stop: AbortSignal): Promise<void>;
};

/** The head as its writer shares it with the readers of its process, in all threads. */
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

/** The head as a reader in another process sees it: by looking, more seldom the longer nothing happens. */
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
 * Sleeps for `ms`, at most until `stop` aborts or `earlier` settles. The timer also keeps a worker thread alive that
 * does nothing but wait: a pending `Atomics.waitAsync` alone does not.
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
