import { START } from '../../src/application/ports/event-store.js';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import type { Acknowledged } from '../support/log/appender-child.js';
import { eventsOf } from '../support/log/events.js';
import { faultsOf } from '../support/log/soundness.js';

/** Faults of the log in a folder, opened as the service opens it. A log that cannot be opened is a fault too. */
export const faultsOfLogIn = async (
  folder: string,
  acknowledged: readonly Acknowledged[],
): Promise<readonly string[]> => {
  try {
    const store = new EmbeddedEventStore(folder);
    try {
      return faultsOf(eventsOf(await Array.fromAsync(store.readAll(START))), acknowledged);
    } finally {
      await store.close();
    }
  } catch (error) {
    return [String(error)];
  }
};
