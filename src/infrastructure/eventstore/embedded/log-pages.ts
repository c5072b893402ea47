import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordedEvent, Selection } from '../../../application/ports/event-store.js';
import { type EventRow, LoggedEvent } from './logged-event.js';
import { Names } from './names.js';

/** Positions in one stretch. */
export const STRETCH = 1_000;

/** Stretches that are kept for other readers, several megabytes of plays. A lone reader would only pay for them. */
const KEPT_MAX = 4;

const COLUMNS = `position, name, revision, type, category, events.id, data, metadata
  FROM events JOIN streams ON streams.id = events.stream`;

/** Tells whether events of a type in a category are wanted. */
export type Wanted = (type: string, category: string) => boolean;

export const wantedBy = ({ types, categories }: Selection = {}): Wanted => {
  const typeSet = types && new Set(types);
  const categorySet = categories && new Set(categories);
  return (type, category) => (typeSet?.has(type) ?? true) && (categorySet?.has(category) ?? true);
};

/** A run of the log as rows, each of which becomes an event when a reader first wants it. */
export class Stretch {
  private readonly events: (RecordedEvent | undefined)[] = [];

  constructor(
    /** Position of the last event in the run. */
    readonly to: number,
    private readonly rows: readonly EventRow[],
    private readonly types: Names,
    private readonly categories: Names,
  ) {}

  get length(): number {
    return this.rows.length;
  }

  positionAt(index: number): number {
    return this.rows[index]?.[0] ?? this.to;
  }

  /** The event at `index` if it is wanted. Readers share it. */
  at(index: number, wanted: Wanted): RecordedEvent | undefined {
    const row = this.rows[index];
    if (!row) return undefined;
    const type = this.types.of(row[3]);
    if (!wanted(type, this.categories.of(row[4]))) return undefined;
    return (this.events[index] ??= new LoggedEvent(row, type));
  }
}

/** Reads stretches of the log. */
export class LogPages {
  private readonly types: Names;
  private readonly categories: Names;
  private readonly range: StatementSync;
  private readonly ofStream: StatementSync;
  private readonly last: StatementSync;
  private readonly selections = new Map<string, StatementSync>();
  private readonly kept = new Map<string, Stretch>();
  private readers = 0;

  constructor(private readonly db: DatabaseSync) {
    this.types = new Names(db, 'types');
    this.categories = new Names(db, 'categories');
    this.range = rowsOf(db, `SELECT ${COLUMNS} WHERE position > ? AND position <= ? ORDER BY position`);
    this.ofStream = rowsOf(
      db,
      `SELECT ${COLUMNS} WHERE stream = (SELECT id FROM streams WHERE name = ?) AND revision >= ?
         ORDER BY revision LIMIT ${STRETCH}`,
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
    if (!this.shared) this.kept.clear();
  }

  /** Position of the last durable event, 0 for an empty log. */
  head(): number {
    return Number(this.last.get()?.['head'] ?? 0);
  }

  /**
   * The stretch after `after`, at most to `bound`. Stretches end at multiples of a thousand positions, so that readers
   * that catch up side by side meet in the same ones and share the work of decoding.
   */
  after(after: number, bound: number): Stretch {
    const to = Math.min(bound, (Math.floor(after / STRETCH) + 1) * STRETCH);
    const key = `${after}-${to}`;
    const known = this.kept.get(key);
    if (known) return known;

    const rows = this.range.all(after, to) as unknown as EventRow[];
    const stretch = new Stretch(to, rows, this.types, this.categories);
    if (this.shared) this.keep(key, stretch);
    return stretch;
  }

  private keep(key: string, stretch: Stretch): void {
    this.kept.set(key, stretch);
    const [oldest] = this.kept.keys();
    if (this.kept.size > KEPT_MAX && oldest !== undefined) this.kept.delete(oldest);
  }

  /** The next events after `after` that `select` selects, at most to `bound`: no other row is even fetched. */
  selectedAfter(after: number, bound: number, select: Selection): Stretch {
    const names = [select.types, select.categories].flatMap((list) => (list ? [JSON.stringify(list)] : []));
    const rows = this.selecting(select).all(after, bound, ...names) as unknown as EventRow[];
    const to = rows.length === STRETCH ? (rows.at(-1)?.[0] ?? bound) : bound;
    return new Stretch(to, rows, this.types, this.categories);
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

  /** Events of `stream` from revision `from` on, at most a thousand. */
  ofStreamFrom(stream: string, from: number): readonly RecordedEvent[] {
    const rows = this.ofStream.all(stream, from) as unknown as EventRow[];
    return rows.map((row) => new LoggedEvent(row, this.types.of(row[3])));
  }
}

const numberedBy = (column: string, table: string): string =>
  ` AND ${column} IN (SELECT id FROM ${table} WHERE name IN (SELECT value FROM json_each(?)))`;

const rowsOf = (db: DatabaseSync, sql: string): StatementSync => {
  const statement = db.prepare(sql);
  statement.setReturnArrays(true);
  return statement;
};
