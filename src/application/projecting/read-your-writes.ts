import { Injectable } from '@nestjs/common';
import { START } from '../ports/event-store.js';
import { type Model, ReadModels } from '../ports/read-models.js';
import { Timer } from '../ports/timer.js';
import { Watcher } from './watcher.js';

/** The longest wait of a query for its read model. */
export const WAIT_MS_MAX = 2_000;

const POLLS = { minMs: 1, maxMs: 20 };

/** The read model has not yet reached the position that the reader requires. It will: retry later. */
export class NotYetVisible extends Error {
  override readonly name = 'NotYetVisible';
  constructor(
    readonly model: string,
    readonly position: bigint,
  ) {
    super(`The read model ${model} has not yet reached position ${position}.`);
  }
}

/** Lets a query wait until its read model shows the effects of the caller's own command. */
@Injectable()
export class ReadYourWrites {
  private readonly checkpoints = new Map<string, Watcher<bigint>>();

  constructor(
    private readonly models: ReadModels,
    private readonly timer: Timer,
  ) {}

  /**
   * Resolves once the live build of `model` has reached `position`; at once for an undefined position.
   *
   * @throws {NotYetVisible} after 2 seconds
   * @throws {ReadModelsUnavailable}
   */
  async reached(model: Model, position: bigint | undefined): Promise<void> {
    if (position === undefined || (await this.positionOf(model)) >= position) return;

    const done = new AbortController();
    const timeout = new AbortController();
    void this.timer
      .after(WAIT_MS_MAX, done.signal)
      .then(() => timeout.abort(new NotYetVisible(model.name, position)));
    try {
      await this.checkpointOf(model).next((checkpoint) => checkpoint >= position, timeout.signal);
    } finally {
      done.abort();
    }
  }

  private checkpointOf(model: Model): Watcher<bigint> {
    const known = this.checkpoints.get(model.name);
    if (known) return known;
    const watcher = new Watcher(() => this.positionOf(model), this.timer, POLLS);
    this.checkpoints.set(model.name, watcher);
    return watcher;
  }

  private async positionOf(model: Model): Promise<bigint> {
    return (await this.models.position(model)) ?? START;
  }
}
