import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { RecentlyUsedMap } from '../../../application/streams/recently-used-map.js';
import { type Appended, NO_STREAM, RevisionConflict } from '../../../application/ports/event-store.js';
import { categoryOf, NameNumbers } from './names.js';

/** An event with its JSON already made. */
export type PreparedEvent = {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
};

export type PreparedAppend = {
  readonly stream: string;
  readonly expected: number;
  readonly events: readonly PreparedEvent[];
};

/** A stream's number in the log, and the revision of its last event. */
type StreamHead = { readonly id: number; revision: number };

/** Recently written streams in memory; at most twice as many, some 2 MiB. Any other costs two look-ups in the file. */
const HEADS_REMEMBERED = 10_000;

/** Most rows in one INSERT: fewer steps of the engine for each row. A power of two. */
const ROWS_MAX = 32;

const COLUMNS = 8;
const ROW = `(${Array.from({ length: COLUMNS }, () => '?').join(', ')})`;

/** Writes runs of appends, each run in one transaction. Its caller is the only writer of the file. */
export class LogWriter {
  private readonly types: NameNumbers;
  private readonly categories: NameNumbers;
  private readonly heads = new RecentlyUsedMap<StreamHead>(HEADS_REMEMBERED);
  private readonly begin: StatementSync;
  private readonly commit: StatementSync;
  private readonly addStream: StatementSync;
  private readonly headOf: StatementSync;
  private readonly idsAt: StatementSync;
  private readonly inserts = new Map<number, StatementSync>();
  /** Values of the rows that the transaction has still to insert. */
  private values: SQLInputValue[] = [];
  private durable: number;
  private next: number;
  private inTransaction = false;
  private commits = 0;

  constructor(private readonly db: DatabaseSync) {
    this.types = new NameNumbers(db, 'types');
    this.categories = new NameNumbers(db, 'categories');
    this.begin = db.prepare('BEGIN IMMEDIATE');
    this.commit = db.prepare('COMMIT');
    this.addStream = db.prepare('INSERT INTO streams (name) VALUES (?) ON CONFLICT DO NOTHING');
    this.headOf = db.prepare(
      `SELECT id, (SELECT max(revision) FROM events WHERE stream = streams.id) AS revision
         FROM streams WHERE name = ?`,
    );
    this.idsAt = db.prepare(
      `SELECT position, id FROM events
         WHERE stream = ? AND revision BETWEEN ? AND ? ORDER BY revision`,
    );
    for (let rows = 1; rows <= ROWS_MAX; rows *= 2) {
      const sql = `INSERT INTO events VALUES ${Array.from({ length: rows }, () => ROW).join(', ')}`;
      this.inserts.set(rows, db.prepare(sql));
    }
    const { head } = db.prepare('SELECT max(position) AS head FROM events').get() ?? {};
    this.durable = Number(head ?? 0);
    this.next = this.durable + 1;
  }

  /** Position of the last durable event, 0 for an empty log. */
  get head(): number {
    return this.durable;
  }

  /** Commits that were synced to disk since the start. */
  get syncs(): number {
    return this.commits;
  }

  /** Revision of the last durable event of `stream`, if it is in memory. */
  revisionOf(stream: string): number | undefined {
    return this.heads.find(stream)?.revision;
  }

  /**
   * Executes `appends` in order, later ones on top of earlier ones, and makes them durable.
   *
   * @returns for each append the place of its last event, or the conflict
   * @throws what SQLite throws: then nothing of the run was written
   */
  write(appends: readonly PreparedAppend[]): (Appended | RevisionConflict)[] {
    try {
      const answers = appends.map((append) => this.carryOut(append));
      if (this.inTransaction) {
        this.insertRows();
        this.commit.run();
        this.inTransaction = false;
        if (this.next > this.durable + 1) this.commits++;
        this.durable = this.next - 1;
      }
      return answers;
    } catch (error) {
      this.undo();
      throw error;
    }
  }

  private carryOut({ stream, expected, events }: PreparedAppend): Appended | RevisionConflict {
    const head = this.heads.find(stream) ?? this.find(stream, expected);
    if (head?.revision !== expected) {
      const repeat = head && this.repeated(head.id, expected, events);
      return repeat ?? new RevisionConflict(stream, expected, head?.revision ?? NO_STREAM);
    }
    this.needTransaction();
    const category = this.categories.of(categoryOf(stream));
    for (const { id, type, data, metadata } of events) {
      head.revision++;
      this.values.push(
        this.next++,
        head.id,
        head.revision,
        this.types.of(type),
        category,
        id,
        data,
        metadata,
      );
      if (this.values.length === ROWS_MAX * COLUMNS) this.insertRows();
    }
    return { revision: head.revision, position: BigInt(this.next - 1) };
  }

  /** The head of a stream that is not in memory. A stream that its writer expects to be new is created at once. */
  private find(stream: string, expected: number): StreamHead | undefined {
    const head = expected === NO_STREAM ? (this.open(stream) ?? this.load(stream)) : this.load(stream);
    if (head) this.heads.set(stream, head);
    return head;
  }

  private open(stream: string): StreamHead | undefined {
    this.needTransaction();
    const { changes, lastInsertRowid } = this.addStream.run(stream);
    return changes === 0 ? undefined : { id: Number(lastInsertRowid), revision: NO_STREAM };
  }

  private load(stream: string): StreamHead | undefined {
    const row = this.headOf.get(stream);
    return row && { id: Number(row['id']), revision: Number(row['revision']) };
  }

  /** The result of the first append, if the same events follow `expected` already. */
  private repeated(stream: number, expected: number, events: readonly PreparedEvent[]): Appended | undefined {
    this.insertRows();
    const revision = expected + events.length;
    const there = this.idsAt.all(stream, expected + 1, revision);
    const same =
      there.length === events.length && events.every(({ id }, index) => id === there[index]?.['id']);
    return same ? { revision, position: BigInt(Number(there.at(-1)?.['position'])) } : undefined;
  }

  private needTransaction(): void {
    if (this.inTransaction) return;
    this.begin.run();
    this.inTransaction = true;
  }

  /** Inserts the rows that wait, in statements of as many rows as there are powers of two in their number. */
  private insertRows(): void {
    let from = 0;
    for (let rows = ROWS_MAX; rows >= 1; rows /= 2) {
      const to = from + rows * COLUMNS;
      if (to > this.values.length) continue;
      this.inserts.get(rows)?.run(...this.values.slice(from, to));
      from = to;
    }
    this.values.length = 0;
  }

  /** Returns to the durable state. SQLite may have rolled back itself; if the disk fails, it may not even be able to. */
  private undo(): void {
    this.inTransaction = false;
    this.values.length = 0;
    this.next = this.durable + 1;
    this.heads.clear();
    if (this.db.isTransaction) this.db.exec('ROLLBACK');
    this.types.reload();
    this.categories.reload();
  }
}
