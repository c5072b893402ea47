import type { Appended, NewEvent } from '../../src/application/ports/event-store.js';
import { EventStoreFront } from '../../src/infrastructure/shared/event-store-front.js';

/** The control for group commit: the same store, but an append starts after the previous one is durable. */
export class OneCommitEach extends EventStoreFront {
  private last: Promise<unknown> = Promise.resolve();

  override append(stream: string, expected: number, events: readonly NewEvent[]): Promise<Appended> {
    const appended = this.last.then(() => this.store.append(stream, expected, events));
    this.last = appended.catch(() => undefined); // The caller gets the error; the next append continues.
    return appended;
  }
}
