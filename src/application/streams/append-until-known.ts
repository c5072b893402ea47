import { type Appended, type EventStore, type NewEvent, StoreUnavailable } from '../ports/event-store.js';

const ATTEMPTS_MAX = 5;

/**
 * Appends `events`, and repeats the append while its outcome is unknown. The store recognises a repeat by the ids of the
 * events and answers it like the first, so nothing is written twice.
 *
 * @throws {StoreUnavailable} `ambiguous`, after 5 attempts of unknown outcome
 * @throws what EventStore.append throws
 */
export const appendUntilKnown = async (
  store: EventStore,
  stream: string,
  expected: number,
  events: readonly NewEvent[],
): Promise<Appended> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await store.append(stream, expected, events);
    } catch (error) {
      const isUnknown = error instanceof StoreUnavailable && error.ambiguous;
      if (!isUnknown || attempt === ATTEMPTS_MAX) throw error;
    }
  }
};
