import type { AnyProjection, Change } from '../../projections/projection.js';
import type { EventSchemas } from '../ports/event-schemas.js';
import type { RecordedEvent } from '../ports/event-store.js';
import type { Fields, StoredDocument, Write } from '../ports/read-models.js';
import { streamIdOf } from '../streams/stream-id.js';

/** An event that a projection could not fold into the document `key`. */
export type Unfoldable = { readonly key: string; readonly event: RecordedEvent; readonly error: string };

/** Documents and unfoldable events in a full batch: enough for cheap writes, few enough for the memory. */
const HELD_MAX = 8_000;

/** Events in a full batch: after a crash, at most so many are folded again. */
const EVENTS_MAX = 32_000;

type Addressed = {
  readonly event: RecordedEvent;
  readonly seen: object;
  readonly keys: readonly string[];
  readonly error?: string;
};

type Cell = {
  readonly isStored: boolean;
  document: object | undefined;
  position: bigint;
  changed: boolean;
};

/** A projection without its types of events and documents. */
type Fold = {
  readonly keysOf: (event: object) => readonly string[];
  readonly apply: (document: object | undefined, event: object, key: string) => Change<object>;
  readonly fieldsOf?: (key: string, document: object) => Fields;
};

/**
 * Folds events into the documents of one projection in memory, page by page, until the documents are written together.
 * A document that many events change is loaded once and written once.
 *
 * Exactly once without a transaction: an event at or before the position of the stored document is skipped, so that a
 * batch that was written before a crash, but without its checkpoint, can be folded again.
 */
export class Batch {
  /** Events that could not be folded; at most one for a projection of money, which stops there. */
  readonly unfoldable: Unfoldable[] = [];
  private readonly cells = new Map<string, Cell>();
  /** New documents of a projection whose documents never change after their first event: they need no cell. */
  private readonly born: Write[] = [];
  private readonly poisoned = new Set<string>();
  private readonly fold: Fold;
  private last: bigint | undefined;
  private events = 0;

  constructor(
    private readonly projection: AnyProjection,
    private readonly schemas: EventSchemas,
    private readonly load: (keys: readonly string[]) => Promise<ReadonlyMap<string, StoredDocument>>,
    private readonly isParked: (key: string) => boolean,
  ) {
    this.fold = projection as unknown as Fold;
  }

  /** How many events were added. */
  get size(): number {
    return this.events;
  }

  /** Whether to write: more events would cost memory and save little. */
  get isFull(): boolean {
    return (
      this.cells.size + this.born.length + this.unfoldable.length >= HELD_MAX || this.events >= EVENTS_MAX
    );
  }

  /** The event that a projection of money cannot fold; no event may be added after it. */
  get stop(): Unfoldable | undefined {
    return this.projection.kind === 'money' ? this.unfoldable[0] : undefined;
  }

  /** Position of the last event that was folded, or could not be; undefined if there is none. */
  get reached(): bigint | undefined {
    return this.last;
  }

  /** Folds the next events. A projection of money stops before the first that it cannot fold into all its documents. */
  async add(events: readonly RecordedEvent[]): Promise<void> {
    const addressed = events.map((event) => this.address(event));
    await this.open(addressed);
    for (const next of addressed) {
      this.take(next);
      if (this.stop) return;
      this.last = next.event.position;
    }
    this.events += events.length;
  }

  /** The changed documents. If a key occurs twice, the last one counts. */
  writes(): readonly Write[] {
    const writes = [...this.born];
    for (const [key, { changed, document, position, isStored }] of this.cells) {
      // A document that was created and dropped within the batch needs no write.
      if (changed && (document !== undefined || isStored)) writes.push(this.written(key, document, position));
    }
    return writes;
  }

  private written(key: string, document: object | undefined, position: bigint): Write {
    const fields = document && this.fold.fieldsOf?.(key, document);
    return fields ? { key, document, position, fields } : { key, document, position };
  }

  /** Makes a cell for each document that is new to the batch. */
  private async open(addressed: readonly Addressed[]): Promise<void> {
    if (this.projection.isBornWhole) return;
    const missing = new Set<string>();
    for (const { keys } of addressed) {
      for (const key of keys) if (!this.cells.has(key)) missing.add(key);
    }
    if (missing.size === 0) return;
    const stored = await this.load([...missing]);
    for (const key of missing) {
      const found = stored.get(key);
      this.cells.set(key, {
        isStored: found !== undefined,
        document: found?.document,
        position: found?.position ?? 0n,
        changed: false,
      });
    }
  }

  private take({ event, seen, keys, error }: Addressed): void {
    if (error !== undefined) this.unfoldable.push({ key: event.stream, event, error });
    const changes: { readonly key: string; readonly cell: Cell; readonly change: Change<object> }[] = [];
    for (const key of keys) {
      const cell = this.projection.isBornWhole ? UNBORN : this.cells.get(key);
      if (!cell || cell.position >= event.position) continue;
      if (this.isClosed(key)) {
        this.unfoldable.push({ key, event, error: 'An earlier event of this document is parked.' });
        continue;
      }
      try {
        changes.push({ key, cell, change: this.fold.apply(cell.document, seen, key) });
      } catch (thrown) {
        this.poisoned.add(key);
        this.unfoldable.push({ key, event, error: messageOf(thrown) });
      }
    }
    if (this.stop) return;
    for (const { key, cell, change } of changes) this.put(key, cell, change, event.position);
  }

  private put(key: string, cell: Cell, change: Change<object>, position: bigint): void {
    if (change === 'keep') return;
    const document = change === 'drop' ? undefined : change.put;
    if (cell === UNBORN) {
      this.born.push(this.written(key, document, position));
    } else {
      cell.document = document;
      cell.position = position;
      cell.changed = true;
    }
  }

  /** Whether an earlier event of the document is parked. Nearly always no event is. */
  private isClosed(key: string): boolean {
    return (this.poisoned.size > 0 && this.poisoned.has(key)) || this.isParked(key);
  }

  private address(recorded: RecordedEvent): Addressed {
    try {
      const seen = projected(this.schemas.upcast(recorded));
      return { event: recorded, seen, keys: this.fold.keysOf(seen) };
    } catch (thrown) {
      return { event: recorded, seen: recorded, keys: [], error: messageOf(thrown) };
    }
  }
}

/** The cell of every document that is born whole, before its birth. */
const UNBORN: Cell = { isStored: false, document: undefined, position: 0n, changed: false };

/** The part of an event that a projection sees. */
const projected = ({ type, data, stream, position }: RecordedEvent) => ({
  type,
  data,
  position,
  streamId: streamIdOf(stream),
});

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
