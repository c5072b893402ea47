import { type EventData, jsonEvent, type Position } from '@eventstore/db-client';
import type {
  EventMetadata,
  NewEvent,
  RecordedEvent,
  Selection,
} from '../../../application/ports/event-store.js';
import { assertAppendable } from '../../shared/append-bounds.js';

/** An event as the client returns it, of Playledger or another program. */
export type StoredEvent = {
  readonly streamId: string;
  readonly id: string;
  readonly isJson: boolean;
  readonly revision: bigint;
  readonly type: string;
  readonly data: unknown;
  readonly metadata: unknown;
  readonly position?: Position;
};

/** The server's value for an unknown position. */
const NO_POSITION = 2n ** 64n - 1n;

/**
 * A copy of the events, because the client serialises them only later.
 *
 * @throws {RangeError} for events that may not be appended
 */
export const toWire = (stream: string, expected: number, events: readonly NewEvent[]): EventData[] => {
  const texts = events.map(({ data, metadata }) => ({
    data: JSON.stringify(data),
    metadata: JSON.stringify(metadata),
  }));
  assertAppendable(stream, expected, texts);
  return events.map(({ id, type }, index) => {
    const { data = '', metadata = '' } = texts[index] ?? {};
    return jsonEvent({
      id,
      type,
      data: JSON.parse(data) as Record<string, unknown>,
      metadata: JSON.parse(metadata) as EventMetadata,
    });
  });
};

/** Whether the server wrote the event: statistics, stream metadata, links and the like. */
export const isSystem = ({ streamId, type }: StoredEvent): boolean =>
  streamId.startsWith('$') || type.startsWith('$');

/** @throws {Error} if the server sent no position: stream reads of EventStoreDB before 22.6, or old transactions */
export const positionOf = (event: StoredEvent): bigint => {
  const commit = event.position?.commit ?? NO_POSITION;
  if (commit !== NO_POSITION) return commit;
  throw new Error(
    `The server did not send the position of event ${event.revision} of ${event.streamId}: EventStoreDB 22.6 or newer is needed.`,
  );
};

/** Whether Playledger wrote the event. Other programs may have streams on the same server. */
export const isOurs = ({ isJson, metadata }: StoredEvent): boolean =>
  isJson && typeof (metadata as Partial<EventMetadata> | undefined)?.commandId === 'string';

/** @throws {Error} for an event of another program, or one without data */
export const toRecorded = (event: StoredEvent): RecordedEvent => {
  const { data } = event;
  if (!isOurs(event) || typeof data !== 'object' || data === null) {
    throw new Error(`Event ${event.revision} of ${event.streamId} is not one that Playledger wrote.`);
  }
  const metadata = event.metadata as EventMetadata;
  return {
    id: event.id,
    type: event.type,
    data,
    metadata,
    schema: metadata.schema,
    stream: event.streamId,
    revision: Number(event.revision),
    position: positionOf(event),
  };
};

/** A test of whether `select` selects an event. */
export const selector = (select: Selection = {}): ((event: StoredEvent) => boolean) => {
  const types = select.types && new Set(select.types);
  const categories = select.categories && new Set(select.categories);
  return ({ streamId, type }) =>
    (!types || types.has(type)) && (!categories || categories.has(categoryOf(streamId)));
};

const categoryOf = (stream: string): string => {
  const dash = stream.indexOf('-');
  return dash < 0 ? stream : stream.slice(0, dash);
};
