import { Injectable } from '@nestjs/common';
import { type Model, ReadModels } from '../ports/read-models.js';
import { Timer } from '../ports/timer.js';
import { Watcher } from './watcher.js';

const POLL_EVERY_MS = 500;

/** Reads that are repeated as their read model changes. */
@Injectable()
export class LiveReads {
  private readonly checkpoints = new Map<string, Watcher<bigint | undefined>>();

  constructor(
    private readonly models: ReadModels,
    private readonly timer: Timer,
  ) {}

  /**
   * The result of `read`, now and again whenever the documents of `model` may have changed, until `signal` aborts.
   *
   * @throws {ReadModelsUnavailable} and what `read` throws
   */
  async *follow<T>(model: Model, read: () => Promise<T>, signal: AbortSignal): AsyncGenerator<T> {
    let seen: { readonly position: bigint | undefined } | undefined;
    for await (const position of this.checkpointOf(model).values(signal)) {
      if (seen && seen.position === position) continue;
      seen = { position };
      yield await read();
    }
  }

  private checkpointOf(model: Model): Watcher<bigint | undefined> {
    const known = this.checkpoints.get(model.name);
    if (known) return known;
    const poll = { minMs: POLL_EVERY_MS, maxMs: POLL_EVERY_MS };
    const watcher = new Watcher(() => this.models.position(model), this.timer, poll);
    this.checkpoints.set(model.name, watcher);
    return watcher;
  }
}
