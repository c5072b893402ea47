import type { EventStore } from '../ports/event-store.js';
import type { Model, ReadModels } from '../ports/read-models.js';

/** The log ends before what its read models have seen. For people, at start. */
export class LogEndLost extends Error {
  override readonly name = 'LogEndLost';
}

/**
 * Makes sure that the log still has all that was folded from it. A log that was restored from an older copy, or whose end
 * a damaged disk has taken, would go on at positions that the read models take for seen: what is appended there would be
 * in no read model, ever, and nobody would notice.
 *
 * @throws {LogEndLost} {StoreUnavailable} {ReadModelsUnavailable}
 */
export const assertLogReaches = async (
  store: EventStore,
  models: ReadModels,
  folded: readonly Model[],
): Promise<void> => {
  // Before the head: what is folded meanwhile is in the log already.
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
