import type { EventMetadata, RecordedEvent } from '../../../application/ports/event-store.js';

/** Columns of a row as they are read: position, stream, revision, type, category, id, data, metadata. */
export type EventRow = readonly [
  position: number,
  stream: string,
  revision: number,
  type: number,
  category: number,
  id: string,
  data: string,
  metadata: string,
];

/** A row of the log as an event. Most readers never look at the metadata, so that is parsed when it is first read. */
export class LoggedEvent implements RecordedEvent {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly #json: string;
  #metadata: EventMetadata | undefined;

  constructor([position, stream, revision, , , id, , metadata]: EventRow, type: string, data: object) {
    this.position = BigInt(position);
    this.stream = stream;
    this.revision = revision;
    this.id = id;
    this.type = type;
    this.data = data;
    this.#json = metadata;
  }

  get metadata(): EventMetadata {
    return (this.#metadata ??= JSON.parse(this.#json) as EventMetadata);
  }
}
