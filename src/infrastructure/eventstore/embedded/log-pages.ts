import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordedEvent, Selection } from '../../../application/ports/event-store.js';
import { EVENT_COLUMNS, type EventColumns, EventRows, LoggedEvent } from './logged-event.js';
import { categoryOf, Names } from './names.js';

/** Positions in one slice: small enough to be freed before the garbage collector moves it to the old generation. */
const SLICE_POSITIONS = 250;

/** Most events of a stream that are read at once. */
export const STREAM_PAGE = 250;

/**
 * Slices that are kept for other readers, some megabytes of plays: readers drift apart by what they gather before
 * they write. A lone reader would only pay for them.
 */
const KEPT_MAX = 16;

/** Rows that `rest` selects and puts in order, by columns: SQLite adds up a list in the order of a subquery. */
const selecting = (rest: string): string => `SELECT ${EVENT_COLUMNS} FROM (
  SELECT position, name, revision, type, events.id AS id, data, metadata
    FROM events JOIN streams ON streams.id = events.stream WHERE ${rest})`;

/** Whether events of a type in a stream are selected; undefined if all are. */
export type Wanted = ((type: string, stream: string) => boolean) | undefined;

export const wantedBy = ({ types, categories }: Selection = {}): Wanted => {
  if (!types && !categories) return undefined;
  const typeSet = types && new Set(types);
  const categorySet = categories && new Set(categories);
  return (type, stream) => (typeSet?.has(type) ?? true) && (categorySet?.has(categoryOf(stream)) ?? true);
};

/** Consecutive rows of the log. A row becomes an event when a reader first selects it. */
export class LogSlice {
  private readonly events: (RecordedEvent | undefined)[] = [];
  private typesHere: ReadonlySet<number> | undefined;

  constructor(
    /** The slice begins after this position. */
    readonly after: number,
    /** The slice ends with this position. */
    readonly to: number,
    private readonly rows: EventRows,
    private readonly types: Names,
  ) {}

  get length(): number {
    return this.rows.length;
  }

  /** Whether any event of the slice has one of `types`. */
  hasAny(types: ReadonlySet<string>): boolean {
    this.typesHere ??= new Set(this.rows.types);
    for (const type of this.typesHere) if (types.has(this.types.of(type))) return true;
    return false;
  }

  positionAt(index: number): number {
    return this.rows.positions[index] ?? this.to;
  }

  /** Index of the first row after `position`. */
  indexAfter(position: number): number {
    if (position === this.after) return 0;
    const index = this.rows.positions.findIndex((one) => one > position);
    return index < 0 ? this.rows.length : index;
  }

  /** The event at `index` if it is selected. Readers share the object. */
  at(index: number, wanted: Wanted): RecordedEvent | undefined {
    const known = this.events[index];
    if (known) return wanted && !wanted(known.type, known.stream) ? undefined : known;
    const number = this.rows.types[index];
    if (number === undefined) return undefined;
    const type = this.types.of(number);
    if (wanted && !wanted(type, this.rows.streams[index] ?? '')) return undefined;
    return (this.events[index] = new LoggedEvent(this.rows, index, type));
  }
}

/** Reads slices of the log. */
export class LogPages {
  private readonly types: Names;
  private readonly range: StatementSync;
  private readonly ofStream: StatementSync;
  private readonly last: StatementSync;
  private readonly selections = new Map<string, StatementSync>();
  private kept: readonly LogSlice[] = [];
  private readers = 0;

  constructor(private readonly db: DatabaseSync) {
    this.types = new Names(db, 'types');
    this.range = columnsOf(db, 'position > ? AND position <= ? ORDER BY position');
    this.ofStream = columnsOf(
      db,
      `stream = (SELECT id FROM streams WHERE name = ?) AND revision >= ?
         ORDER BY revision LIMIT ${STREAM_PAGE}`,
    );
    this.last = db.prepare('SELECT max(position) AS head FROM events');
  }

  /** Whether there are several concurrent readers. */
  get shared(): boolean {
    return this.readers > 1;
  }

  /** Counts a reader of the whole log, until it calls `leave`. */
  enter(): void {
    this.readers++;
  }

  leave(): void {
    this.readers--;
    if (!this.shared) this.kept = [];
  }

  /** Position of the last durable event, 0 for an empty log. */
  head(): number {
    return Number(this.last.get()?.['head'] ?? 0);
  }

  /** A slice that contains the row after `after`, that another reader has just read, and that ends within `bound`. */
  known(after: number, bound: number): LogSlice | undefined {
    return this.kept.find((slice) => slice.after <= after && after < slice.to && slice.to <= bound);
  }

  /**
   * The next slice after `after`, at most to `bound`. Concurrent readers find it in `known`, and so share the decoding.
   */
  after(after: number, bound: number): LogSlice {
    const to = Math.min(bound, (Math.floor(after / SLICE_POSITIONS) + 1) * SLICE_POSITIONS);
    const rows = rowsBy(this.range, after, to);
    const slice = new LogSlice(after, to, rows, this.types);
    if (this.shared) this.kept = [...this.kept.slice(1 - KEPT_MAX), slice];
    return slice;
  }

  /** The next events after `after` that `select` selects, at most to `bound`: no other row is fetched. */
  selectedAfter(after: number, bound: number, select: Selection): LogSlice {
    const names = [select.types, select.categories].flatMap((list) => (list ? [JSON.stringify(list)] : []));
    const rows = rowsBy(this.selecting(select), after, bound, ...names);
    const to = rows.length === SLICE_POSITIONS ? (rows.positions.at(-1) ?? bound) : bound;
    return new LogSlice(after, to, rows, this.types);
  }

  /** Names are looked up in the same statement: a type that is new since the last look must not be missed. */
  private selecting({ types, categories }: Selection): StatementSync {
    const rest =
      'position > ? AND position <= ?' +
      (types ? numberedBy('type', 'types') : '') +
      (categories ? numberedBy('category', 'categories') : '') +
      ` ORDER BY position LIMIT ${SLICE_POSITIONS}`;
    const statement = this.selections.get(rest) ?? columnsOf(this.db, rest);
    this.selections.set(rest, statement);
    return statement;
  }

  /** Events of `stream` from revision `from` on, at most `STREAM_PAGE`. */
  ofStreamFrom(stream: string, from: number): readonly RecordedEvent[] {
    const rows = rowsBy(this.ofStream, stream, from);
    return rows.types.map((type, index) => new LoggedEvent(rows, index, this.types.of(type)));
  }
}

const numberedBy = (column: string, table: string): string =>
  ` AND ${column} IN (SELECT id FROM ${table} WHERE name IN (SELECT value FROM json_each(?)))`;

const columnsOf = (db: DatabaseSync, rest: string): StatementSync => {
  const statement = db.prepare(selecting(rest));
  statement.setReturnArrays(true);
  return statement;
};

const rowsBy = (columns: StatementSync, ...values: readonly (number | string)[]): EventRows =>
  new EventRows(columns.get(...values) as unknown as EventColumns);
