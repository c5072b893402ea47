import type { DatabaseSync, StatementSync } from 'node:sqlite';

type Table = 'types' | 'categories';

/** The numbers of event types or of categories, all in memory, since they are few. */
export class NameNumbers {
  private readonly known = new Map<string, number>();
  private readonly insert: StatementSync;
  private readonly select: StatementSync;

  constructor(db: DatabaseSync, table: Table) {
    this.insert = db.prepare(`INSERT INTO ${table} (name) VALUES (?)`);
    this.select = db.prepare(`SELECT id, name FROM ${table}`);
    this.reload();
  }

  /** The number of `name`. Inserts a new name, so it needs a transaction. */
  of(name: string): number {
    let id = this.known.get(name);
    if (id === undefined) {
      id = Number(this.insert.run(name).lastInsertRowid);
      this.known.set(name, id);
    }
    return id;
  }

  /** Forgets the names of a transaction that was rolled back. */
  reload(): void {
    this.known.clear();
    for (const { id, name } of this.select.all()) this.known.set(String(name), Number(id));
  }
}

/** Maps numbers back to names, for a reader. Reloads for names that the writer has added since. */
export class Names {
  private readonly known: string[] = [];
  private readonly select: StatementSync;

  constructor(db: DatabaseSync, table: Table) {
    this.select = db.prepare(`SELECT id, name FROM ${table}`);
  }

  of(id: number): string {
    return this.known[id] ?? this.learn(id);
  }

  private learn(unknown: number): string {
    for (const { id, name } of this.select.all()) this.known[Number(id)] = String(name);
    const name = this.known[unknown];
    if (name === undefined) throw new Error(`The log has no name for ${unknown}.`);
    return name;
  }
}

/** The part of a stream's name before its first `-`; the whole name if it has none. */
export const categoryOf = (stream: string): string => {
  const dash = stream.indexOf('-');
  return dash < 0 ? stream : stream.slice(0, dash);
};
