import type { NewEvent, RecordedEvent } from './event-store.js';

/** The schemas of events, of all versions. */
export abstract class EventSchemas {
  /**
   * The current schema version of `type`, after a check of `data` against it.
   *
   * @throws when the type is unknown or the data does not fit, which is a bug
   */
  abstract versionFor(type: string, data: object): number;

  /**
   * The event with its data in the shape of the current schema version.
   *
   * @throws {UnknownEvent} for a type or a version that this release does not know
   */
  abstract upcast<E extends NewEvent | RecordedEvent>(event: E): E;
}

export class UnknownEvent extends Error {
  override readonly name = 'UnknownEvent';
}
