import { APPEND_BYTES_MAX, APPEND_EVENTS_MAX, NO_STREAM } from '../../application/ports/event-store.js';

const STREAM_NAME_MAX = 256;

/** Most bytes that a character of a string takes in UTF-8. */
const BYTES_IN_CHARACTER_MAX = 3;

type EventTexts = { readonly data: string; readonly metadata: string };

/**
 * Asserts the bounds of an append, which are the same for every engine.
 *
 * @param events with their data and metadata as JSON
 * @throws {RangeError}
 */
export const assertAppendable = (stream: string, expected: number, events: readonly EventTexts[]): void => {
  if (stream === '' || stream.length > STREAM_NAME_MAX || stream.startsWith('$')) {
    throw new RangeError(`A stream cannot be named "${stream}".`);
  }
  if (!Number.isSafeInteger(expected) || expected < NO_STREAM) {
    throw new RangeError(`A stream cannot be at revision ${expected}.`);
  }
  if (events.length < 1 || events.length > APPEND_EVENTS_MAX) {
    throw new RangeError(`An append has 1 to ${APPEND_EVENTS_MAX} events, not ${events.length}.`);
  }
  if (isTooLarge(events)) {
    throw new RangeError(`An append to ${stream} has more than ${APPEND_BYTES_MAX} bytes.`);
  }
};

/** Counts bytes only if there are enough characters to exceed the bound. */
const isTooLarge = (events: readonly EventTexts[]): boolean => {
  let characters = 0;
  for (const { data, metadata } of events) characters += data.length + metadata.length;
  return characters * BYTES_IN_CHARACTER_MAX > APPEND_BYTES_MAX && bytesOf(events) > APPEND_BYTES_MAX;
};

const bytesOf = (events: readonly EventTexts[]): number =>
  events.reduce((sum, { data, metadata }) => sum + Buffer.byteLength(data) + Buffer.byteLength(metadata), 0);
