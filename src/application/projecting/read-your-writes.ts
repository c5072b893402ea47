import { Injectable } from '@nestjs/common';
import { START } from '../ports/event-store.js';
import { type Model, ReadModels } from '../ports/read-models.js';
import { Timer } from '../ports/timer.js';

/** Longest that a query waits for its read model. */
export const WAIT_MS_MAX = 2_000;

/** The pause between two looks at a checkpoint grows from the one to the other. */
const PAUSE_MS_MIN = 1;
const PAUSE_MS_MAX = 20;

/** The read model has not got to the position that the reader asked for. It will: try again later. */
export class NotYetVisible extends Error {
  override readonly name = 'NotYetVisible';
  constructor(
    readonly model: string,
    readonly position: bigint,
  ) {
    super(`The read model ${model} has not yet reached position ${position}.`);
  }
}

type Waiter = {
  readonly position: bigint;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

type Watch = { readonly waiters: Set<Waiter>; pauseMs: number };

/** Lets a query wait until its read model shows what the caller's own command did. */
@Injectable()
export class ReadYourWrites {
  /** At most one for each model, however many wait. */
  private readonly watches = new Map<string, Watch>();

  constructor(
    private readonly models: ReadModels,
    private readonly timer: Timer,
  ) {}

  /**
   * Fulfils when the live build of `model` has reached `position`; at once when no position is asked for.
   *
   * @throws {NotYetVisible} after 2 seconds
   * @throws {ReadModelsUnavailable}
   */
  async reached(model: Model, position: bigint | undefined): Promise<void> {
    if (position === undefined || (await this.positionOf(model)) >= position) return;

    const watch = this.watches.get(model.name) ?? this.watch(model);
    const visible = Promise.withResolvers<void>();
    const waiter = { position, ...visible };
    watch.waiters.add(waiter);
    watch.pauseMs = PAUSE_MS_MIN;
    const over = new AbortController();
    const tooLate = async () => {
      await this.timer.after(WAIT_MS_MAX, over.signal);
      if (watch.waiters.delete(waiter)) visible.reject(new NotYetVisible(model.name, position));
    };
    void tooLate();
    await visible.promise.finally(() => over.abort());
  }

  private watch(model: Model): Watch {
    const watch: Watch = { waiters: new Set(), pauseMs: PAUSE_MS_MIN };
    this.watches.set(model.name, watch);
    void this.look(model, watch);
    return watch;
  }

  private async look(model: Model, watch: Watch): Promise<void> {
    try {
      do {
        await this.timer.after(watch.pauseMs);
        watch.pauseMs = Math.min(2 * watch.pauseMs, PAUSE_MS_MAX);
        const position = await this.positionOf(model);
        for (const waiter of watch.waiters) {
          if (position < waiter.position) continue;
          watch.waiters.delete(waiter);
          waiter.resolve();
        }
      } while (watch.waiters.size > 0);
    } catch (error) {
      for (const waiter of watch.waiters) waiter.reject(error);
      watch.waiters.clear();
    } finally {
      this.watches.delete(model.name);
    }
  }

  private async positionOf(model: Model): Promise<bigint> {
    return (await this.models.position(model)) ?? START;
  }
}
