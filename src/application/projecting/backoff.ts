import type { Timer } from '../ports/timer.js';

/** Pauses between attempts: each twice as long as the one before, from `minMs` up to `maxMs` (milliseconds). */
export class Backoff {
  private pauseMs: number;

  constructor(
    private readonly minMs: number,
    private readonly maxMs: number,
  ) {
    this.pauseMs = minMs;
  }

  /** The length of the next pause, in milliseconds. */
  next(): number {
    const { pauseMs } = this;
    this.pauseMs = Math.min(2 * pauseMs, this.maxMs);
    return pauseMs;
  }

  /** Begins again with the shortest pause. */
  reset(): void {
    this.pauseMs = this.minMs;
  }
}

const PAUSE_MS_MIN = 50;
const PAUSE_MS_MAX = 5_000;

type Retries = {
  readonly timer: Timer;
  readonly signal: AbortSignal;
  /** How far the log has been processed. A failure after progress starts with the shortest pause again. */
  readonly position: () => bigint | undefined;
  readonly onFailure: (message: string) => void;
};

/** Repeats `attempt` until it returns `done` or `signal` aborts; pauses when it throws. Never throws. */
export const repeatUntilDone = async (
  attempt: () => Promise<'done' | 'again'>,
  { timer, signal, position, onFailure }: Retries,
): Promise<void> => {
  const backoff = new Backoff(PAUSE_MS_MIN, PAUSE_MS_MAX);
  while (!signal.aborted) {
    const before = position();
    try {
      if ((await attempt()) === 'done') return;
    } catch (error) {
      onFailure(error instanceof Error ? error.message : String(error));
      if (isPast(position(), before)) backoff.reset();
      await timer.after(backoff.next(), signal);
    }
  }
};

const isPast = (position: bigint | undefined, before: bigint | undefined): boolean =>
  position !== undefined && (before === undefined || position > before);
