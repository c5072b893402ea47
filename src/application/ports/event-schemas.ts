import type { NewEvent, RecordedEvent } from './event-store.js';

/** The shapes that events have and had. */
export abstract class EventSchemas {
  /**
   * Version under which `type` is written today, after a check of `data` against its schema.
   *
   * @throws when the type is unknown or the data does not fit: a bug, never a user's fault
   */
  abstract versionFor(type: string, data: object): number;

  /**
   * The event in today's shape.
   *
   * @throws {UnknownEvent} for a type or a version that this release does not know
   */
  abstract upcast<E extends NewEvent | RecordedEvent>(event: E): E;
}

export class UnknownEvent extends Error {
  override readonly name = 'UnknownEvent';
}
