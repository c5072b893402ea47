import type { EventStore } from '../ports/event-store.js';
import type { Model, ReadModels } from '../ports/read-models.js';

/** The log ends before what its read models have seen. For people, at start. */
export class LogEndLost extends Error {
  override readonly name = 'LogEndLost';
}

/**
 * Asserts that the log still contains all events that the read models were folded from. A log that was restored from an
 * older backup, or truncated by a damaged disk, would assign positions again that the read models have passed: events
 * appended there would never be in a read model, and nothing would show it.
 *
 * @throws {LogEndLost} {StoreUnavailable} {ReadModelsUnavailable}
 */
export const assertLogReaches = async (
  store: EventStore,
  models: ReadModels,
  folded: readonly Model[],
): Promise<void> => {
  // Read before the head: events that are folded meanwhile are in the log.
  const positions = await Promise.all(folded.map((model) => models.position(model)));
  const head = await store.head();
  const ahead = folded.filter((_, index) => (positions[index] ?? head) > head);
  if (ahead.length === 0) return;
  const seen = positions.reduce<bigint>((most, position = 0n) => (position > most ? position : most), 0n);
  throw new LogEndLost(
    `The log ends at position ${head}, but read models have seen it up to ${seen} (${ahead.map(({ name }) => name).join(', ')}): ` +
      'its end is lost, or it is another log. Restore the newest copy of it. If what is lost is given up, throw the read ' +
      'models away: they are folded anew from the log that is there.',
  );
};
