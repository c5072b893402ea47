import type { Appended, NewEvent } from '../../src/application/ports/event-store.js';
import { EventStoreFront } from '../../src/infrastructure/shared/event-store-front.js';

/** The control of group commit: the same store, but an append begins when the one before is durable. */
export class OneCommitEach extends EventStoreFront {
  private last: Promise<unknown> = Promise.resolve();

  override append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
    const appended = this.last.then(() => this.store.append(stream, expected, events));
    this.last = appended.catch(() => undefined); // Who asked hears of it; the next append goes on.
    return appended;
  }
}
