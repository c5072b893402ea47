import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordedEvent, Selection } from '../../../application/ports/event-store.js';
import { DecodedRows, type EventRow, LoggedEvent } from './logged-event.js';
import { categoryOf, Names } from './names.js';

/** Positions in one stretch: what is read at once is let go of before the collector of garbage has to keep it. */
const STRETCH = 250;

/** Most events of a stream that are read at once. */
export const STREAM_PAGE = 250;

/**
 * Stretches that are kept for other readers, some megabytes of plays: readers drift apart by what they gather before
 * they write. A lone reader would only pay for them.
 */
const KEPT_MAX = 16;

const COLUMNS = `position, name, revision, type, events.id, data, metadata
  FROM events JOIN streams ON streams.id = events.stream`;

/** Tells whether events of a type in a stream are wanted; undefined where all are. */
export type Wanted = ((type: string, stream: string) => boolean) | undefined;

export const wantedBy = ({ types, categories }: Selection = {}): Wanted => {
  if (!types && !categories) return undefined;
  const typeSet = types && new Set(types);
  const categorySet = categories && new Set(categories);
  return (type, stream) => (typeSet?.has(type) ?? true) && (categorySet?.has(categoryOf(stream)) ?? true);
};

/** A run of the log as rows, each of which becomes an event when a reader first wants it. */
export class Stretch {
  private readonly events: (RecordedEvent | undefined)[] = [];
  private readonly decoded: DecodedRows;
  private typesHere: ReadonlySet<number> | undefined;

  constructor(
    /** The run has what lies behind this position. */
    readonly after: number,
    /** Position of the last event in the run. */
    readonly to: number,
    private readonly rows: readonly EventRow[],
    private readonly types: Names,
  ) {
    this.decoded = new DecodedRows(rows);
  }

  get length(): number {
    return this.rows.length;
  }

  /** Whether any event of the run is of one of `types`. */
  hasAny(types: ReadonlySet<string>): boolean {
    this.typesHere ??= new Set(this.rows.map((row) => row[3]));
    for (const type of this.typesHere) if (types.has(this.types.of(type))) return true;
    return false;
  }

  positionAt(index: number): number {
    return this.rows[index]?.[0] ?? this.to;
  }

  /** Where those begin that lie behind `position`. */
  indexAfter(position: number): number {
    if (position === this.after) return 0;
    const index = this.rows.findIndex((row) => row[0] > position);
    return index < 0 ? this.rows.length : index;
  }

  /** The event at `index` if it is wanted. Readers share it. */
  at(index: number, wanted: Wanted): RecordedEvent | undefined {
    const row = this.rows[index];
    if (!row) return undefined;
    const type = this.types.of(row[3]);
    if (wanted && !wanted(type, row[1])) return undefined;
    return (this.events[index] ??= new LoggedEvent(row, type, this.decoded, index));
  }
}

/** Reads stretches of the log. */
export class LogPages {
  private readonly types: Names;
  private readonly range: StatementSync;
  private readonly ofStream: StatementSync;
  private readonly last: StatementSync;
  private readonly selections = new Map<string, StatementSync>();
  private kept: readonly Stretch[] = [];
  private readers = 0;

  constructor(private readonly db: DatabaseSync) {
    this.types = new Names(db, 'types');
    this.range = rowsOf(db, `SELECT ${COLUMNS} WHERE position > ? AND position <= ? ORDER BY position`);
    this.ofStream = rowsOf(
      db,
      `SELECT ${COLUMNS} WHERE stream = (SELECT id FROM streams WHERE name = ?) AND revision >= ?
         ORDER BY revision LIMIT ${STREAM_PAGE}`,
    );
    this.last = db.prepare('SELECT max(position) AS head FROM events');
  }

  /** Several readers read side by side. */
  get shared(): boolean {
    return this.readers > 1;
  }

  /** A reader of the whole log begins; it says when it ends. */
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

  /** The stretch around `after` that another reader has just read, if it lies within `bound`. */
  known(after: number, bound: number): Stretch | undefined {
    return this.kept.find((stretch) => stretch.after <= after && after < stretch.to && stretch.to <= bound);
  }

  /**
   * The next stretch behind `after`, at most to `bound`. Readers side by side find it in `known`, and so share the work
   * of decoding.
   */
  after(after: number, bound: number): Stretch {
    const to = Math.min(bound, (Math.floor(after / STRETCH) + 1) * STRETCH);
    const rows = this.range.all(after, to) as unknown as EventRow[];
    const stretch = new Stretch(after, to, rows, this.types);
    if (this.shared) this.kept = [...this.kept.slice(1 - KEPT_MAX), stretch];
    return stretch;
  }

  /** The next events after `after` that `select` selects, at most to `bound`: no other row is even fetched. */
  selectedAfter(after: number, bound: number, select: Selection): Stretch {
    const names = [select.types, select.categories].flatMap((list) => (list ? [JSON.stringify(list)] : []));
    const rows = this.selecting(select).all(after, bound, ...names) as unknown as EventRow[];
    const to = rows.length === STRETCH ? (rows.at(-1)?.[0] ?? bound) : bound;
    return new Stretch(after, to, rows, this.types);
  }

  /** Names are looked up in the same statement: a type that is new since the last look must not be missed. */
  private selecting({ types, categories }: Selection): StatementSync {
    const sql =
      `SELECT ${COLUMNS} WHERE position > ? AND position <= ?` +
      (types ? numberedBy('type', 'types') : '') +
      (categories ? numberedBy('category', 'categories') : '') +
      ` ORDER BY position LIMIT ${STRETCH}`;
    const statement = this.selections.get(sql) ?? rowsOf(this.db, sql);
    this.selections.set(sql, statement);
    return statement;
  }

  /** Events of `stream` from revision `from` on, at most `STREAM_PAGE`. */
  ofStreamFrom(stream: string, from: number): readonly RecordedEvent[] {
    const rows = this.ofStream.all(stream, from) as unknown as EventRow[];
    const decoded = new DecodedRows(rows);
    return rows.map((row, index) => new LoggedEvent(row, this.types.of(row[3]), decoded, index));
  }
}

const numberedBy = (column: string, table: string): string =>
  ` AND ${column} IN (SELECT id FROM ${table} WHERE name IN (SELECT value FROM json_each(?)))`;

const rowsOf = (db: DatabaseSync, sql: string): StatementSync => {
  const statement = db.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
};
