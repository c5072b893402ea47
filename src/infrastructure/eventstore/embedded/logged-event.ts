import type { EventMetadata, RecordedEvent } from '../../../application/ports/event-store.js';

/** Columns of a row as they are read: position, stream, revision, type, id, data, metadata. */
export type EventRow = readonly [
  position: number,
  stream: string,
  revision: number,
  type: number,
  id: string,
  data: string,
  metadata: string,
];

const DATA = 5;
const METADATA = 6;

/**
 * The JSON of rows that were read together. Each column is parsed as one array when somebody first looks at it, in little
 * more than half the time that a parse for each row takes. Most readers never look at the metadata.
 */
export class DecodedRows {
  #data: readonly object[] | undefined;
  #metadata: readonly EventMetadata[] | undefined;

  constructor(private readonly rows: readonly EventRow[]) {}

  dataAt(index: number): object {
    this.#data ??= parsed(this.rows, DATA) as readonly object[];
    return this.#data[index] ?? {};
  }

  metadataAt(index: number): EventMetadata {
    this.#metadata ??= parsed(this.rows, METADATA) as readonly EventMetadata[];
    return this.#metadata[index] as EventMetadata;
  }
}

const parsed = (rows: readonly EventRow[], column: typeof DATA | typeof METADATA): unknown => {
  let list = '';
  for (const row of rows) list += list === '' ? row[column] : `,${row[column]}`;
  return JSON.parse(`[${list}]`);
};

/** Metadata are flat, and a quote within a text is escaped: this is the name of the property and nothing else. */
const SCHEMA = '"schema":';

/** A row of the log as an event. Its metadata are decoded when they are looked at. */
export class LoggedEvent implements RecordedEvent {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly data: object;
  readonly #json: string;
  readonly #rows: DecodedRows;
  readonly #index: number;

  constructor(
    [position, stream, revision, , id, , json]: EventRow,
    type: string,
    rows: DecodedRows,
    index: number,
  ) {
    this.position = BigInt(position);
    this.stream = stream;
    this.revision = revision;
    this.id = id;
    this.type = type;
    this.data = rows.dataAt(index);
    this.#json = json;
    this.#rows = rows;
    this.#index = index;
  }

  get metadata(): EventMetadata {
    return this.#rows.metadataAt(this.#index);
  }

  get schema(): number {
    return Number.parseInt(this.#json.slice(this.#json.lastIndexOf(SCHEMA) + SCHEMA.length), 10);
  }
}
