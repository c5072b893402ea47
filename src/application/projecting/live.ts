import { Injectable } from '@nestjs/common';
import { type Model, ReadModels } from '../ports/read-models.js';
import { Timer } from '../ports/timer.js';

/** Between two looks at how far a read model has come. */
const LOOK_EVERY_MS = 500;

/** Reading that goes on: what is found, and what is found later. */
@Injectable()
export class Live {
  /** The next look at each model, one for all who wait for it. */
  private readonly looks = new Map<string, Promise<bigint | undefined>>();

  constructor(
    private readonly models: ReadModels,
    private readonly timer: Timer,
  ) {}

  /**
   * What `read` finds, now and again whenever the documents of `model` may have changed, until `signal` aborts.
   *
   * @throws {ReadModelsUnavailable} and whatever `read` throws
   */
  async *follow<T>(model: Model, read: () => Promise<T>, signal: AbortSignal): AsyncGenerator<T> {
    let seen = await this.models.position(model);
    yield await read();
    while (!signal.aborted) {
      const position = await this.look(model);
      if (position === seen) continue;
      seen = position;
      if (!signal.aborted) yield await read();
    }
  }

  private look(model: Model): Promise<bigint | undefined> {
    const known = this.looks.get(model.name);
    if (known) return known;
    const next = this.timer.after(LOOK_EVERY_MS).then(() => {
      this.looks.delete(model.name);
      return this.models.position(model);
    });
    this.looks.set(model.name, next);
    return next;
  }
}
