import type { AnyProjection, Change } from '../projections/projection.js';
import type { EventSchemas } from './ports/event-schemas.js';
import type { RecordedEvent } from './ports/event-store.js';
import type { StoredDocument, Write } from './ports/read-models.js';

/** An event that a projection could not fold into the document `key`. */
export type Unfoldable = { readonly key: string; readonly event: RecordedEvent; readonly error: string };

export type Folded = {
  readonly writes: readonly Write[];
  /** At most one for a projection of money: it stops there. */
  readonly unfoldable: readonly Unfoldable[];
  /** How many events, from the first, are in `writes`. Less than all only when a projection of money stopped. */
  readonly folded: number;
};

type Addressed = {
  readonly event: RecordedEvent;
  readonly seen: object;
  readonly keys: readonly string[];
  readonly error?: string;
};

type Cell = { document: object | undefined; position: bigint; changed: boolean };

/** A projection as the machinery calls it, which only carries events and documents. */
type Fold = {
  readonly keysOf: (event: object) => readonly string[];
  readonly apply: (document: object | undefined, event: object, key: string) => Change<object>;
};

/**
 * Folds a run of events into the documents of one projection, in memory.
 *
 * Exactly once without a transaction: an event that a stored document has seen already (by position) is passed over,
 * so that a batch which was written but not checkpointed may be folded again.
 */
export const foldBatch = async (
  projection: AnyProjection,
  schemas: EventSchemas,
  events: readonly RecordedEvent[],
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, StoredDocument>>,
  isParked: (key: string) => boolean,
): Promise<Folded> => {
  const fold = projection as unknown as Fold;
  const addressed = events.map((event) => address(fold, schemas, event));
  const stored = await load([...new Set(addressed.flatMap(({ keys }) => keys))]);

  const cells = new Map<string, Cell>();
  const cellOf = (key: string): Cell => {
    let cell = cells.get(key);
    if (!cell) {
      const found = stored.get(key);
      cell = { document: found?.document, position: found?.position ?? 0n, changed: false };
      cells.set(key, cell);
    }
    return cell;
  };

  const unfoldable: Unfoldable[] = [];
  const poisoned = new Set<string>();
  let folded = 0;
  for (const { event, seen, keys, error } of addressed) {
    if (error !== undefined) unfoldable.push({ key: event.stream, event, error });
    const changes: { readonly cell: Cell; readonly change: Change<object> }[] = [];
    for (const key of keys) {
      const cell = cellOf(key);
      if (cell.position >= event.position) continue;
      if (poisoned.has(key) || isParked(key)) {
        unfoldable.push({ key, event, error: 'An earlier event of this document is parked.' });
        continue;
      }
      try {
        changes.push({ cell, change: fold.apply(cell.document, seen, key) });
      } catch (thrown) {
        poisoned.add(key);
        unfoldable.push({ key, event, error: messageOf(thrown) });
      }
    }
    if (projection.kind === 'money' && unfoldable.length > 0) break;
    for (const { cell, change } of changes) take(cell, change, event.position);
    folded += 1;
  }

  const writes: Write[] = [];
  for (const [key, { changed, document, position }] of cells) {
    // A document that came and went within the batch, and was never stored, needs no write.
    if (changed && (document !== undefined || stored.has(key))) writes.push({ key, document, position });
  }
  return { writes, unfoldable, folded };
};

const address = (fold: Fold, schemas: EventSchemas, recorded: RecordedEvent): Addressed => {
  try {
    const seen = projected(schemas.today(recorded));
    return { event: recorded, seen, keys: fold.keysOf(seen) };
  } catch (thrown) {
    return { event: recorded, seen: recorded, keys: [], error: messageOf(thrown) };
  }
};

/** What a projection may see of an event. */
const projected = ({ type, data, stream, position }: RecordedEvent) => ({
  type,
  data,
  position,
  streamId: stream.slice(stream.indexOf('-') + 1),
});

const take = (cell: Cell, change: Change<object>, position: bigint): void => {
  if (change === 'keep') return;
  cell.document = change === 'drop' ? undefined : change.put;
  cell.position = position;
  cell.changed = true;
};

const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
