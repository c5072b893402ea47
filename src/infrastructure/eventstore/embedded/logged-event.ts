import type { EventMetadata, RecordedEvent } from '../../../application/ports/event-store.js';

/**
 * Rows by columns, each column as one text: a JSON array, except data and metadata, which are JSON already and are joined by
 * commas, or null if there are no rows. Fetching each value separately costs SQLite locks and the binding checks for each:
 * in all a third of the cost of reading the log.
 */
export type EventColumns = readonly [
  positions: string,
  streams: string,
  revisions: string,
  types: string,
  ids: string,
  data: string | null,
  metadata: string | null,
];

/** The columns of rows that have position, name, revision, type, id, data and metadata, in the order of the rows. */
export const EVENT_COLUMNS = `json_group_array(position), json_group_array(name), json_group_array(revision),
  json_group_array(type), json_group_array(id), group_concat(data), group_concat(metadata)`;

/** Rows of the log that were read together. Data and metadata are parsed at the first access to any of them. */
export class EventRows {
  readonly positions: readonly number[];
  readonly streams: readonly string[];
  readonly revisions: readonly number[];
  readonly types: readonly number[];
  readonly ids: readonly string[];
  readonly #dataText: string | null;
  readonly #metadataText: string | null;
  #data: readonly object[] | undefined;
  #metadata: readonly EventMetadata[] | undefined;
  #schemas: readonly number[] | undefined;

  constructor([positions, streams, revisions, types, ids, data, metadata]: EventColumns) {
    this.positions = JSON.parse(positions) as number[];
    this.streams = JSON.parse(streams) as string[];
    this.revisions = JSON.parse(revisions) as number[];
    this.types = JSON.parse(types) as number[];
    this.ids = JSON.parse(ids) as string[];
    this.#dataText = data;
    this.#metadataText = metadata;
  }

  get length(): number {
    return this.positions.length;
  }

  dataAt(index: number): object {
    this.#data ??= joined(this.#dataText) as readonly object[];
    return this.#data[index] ?? {};
  }

  metadataAt(index: number): EventMetadata {
    this.#metadata ??= joined(this.#metadataText) as readonly EventMetadata[];
    return this.#metadata[index] as EventMetadata;
  }

  schemaAt(index: number): number {
    this.#schemas ??= schemasIn(this.#metadataText ?? '');
    return this.#schemas[index] ?? this.metadataAt(index).schema;
  }
}

/** Metadata are flat, and quotes in texts are escaped: this matches the name of the property only. */
const SCHEMA = '"schema":';

/** One for each row, in order; found at half the cost of parsing. */
const schemasIn = (metadata: string): readonly number[] => {
  const schemas: number[] = [];
  for (let at = metadata.indexOf(SCHEMA); at >= 0; at = metadata.indexOf(SCHEMA, at)) {
    at += SCHEMA.length;
    schemas.push(Number.parseInt(metadata.slice(at, at + 10), 10));
  }
  return schemas;
};

const joined = (texts: string | null): unknown => JSON.parse(`[${texts ?? ''}]`);

/** A row of the log as an event. Its metadata are decoded at first access; most readers never access them. */
export class LoggedEvent implements RecordedEvent {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly #rows: EventRows;
  readonly #index: number;

  constructor(rows: EventRows, index: number, type: string) {
    this.position = BigInt(rows.positions[index] ?? 0);
    this.stream = rows.streams[index] ?? '';
    this.revision = rows.revisions[index] ?? 0;
    this.id = rows.ids[index] ?? '';
    this.type = type;
    this.data = rows.dataAt(index);
    this.#rows = rows;
    this.#index = index;
  }

  get metadata(): EventMetadata {
    return this.#rows.metadataAt(this.#index);
  }

  get schema(): number {
    return this.#rows.schemaAt(this.#index);
  }
}
