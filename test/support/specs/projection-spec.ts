import { Batch } from '../../../src/application/projecting/batch.js';
import type { RecordedEvent } from '../../../src/application/ports/event-store.js';
import { ZodEventSchemas } from '../../../src/infrastructure/events/zod-event-schemas.js';
import type { AnyProjection } from '../../../src/projections/projection.js';

/** An event and its stream. */
export type Placed = { readonly stream: string; readonly type: string; readonly data: object };

type Kept = { readonly document: object; readonly position: bigint };

const schemas = new ZodEventSchemas();
const NOTHING_PARKED = () => false;

/**
 * The documents of a projection after `facts`, by key. They are built as the projector builds them: in batches that end
 * at the positions in `cuts`, with each document serialised as JSON and each batch folded `times` times, as after a crash.
 */
export const documentsOf = async (
  projection: AnyProjection,
  facts: readonly Placed[],
  { cuts = [], times = 1 }: { readonly cuts?: readonly number[]; readonly times?: number } = {},
): Promise<Readonly<Record<string, object>>> => {
  const events = facts
    .map((fact, index) => recorded(fact, BigInt(index + 1)))
    .filter(({ type }) => projection.handles.includes(type));
  const stored = new Map<string, Kept>();
  const bounds = [0, ...[...new Set(cuts)].sort((a, b) => a - b), facts.length];

  for (let index = 1; index < bounds.length; index++) {
    const [from = 0, to = 0] = [bounds[index - 1], bounds[index]];
    const batch = events.filter(({ position }) => position > BigInt(from) && position <= BigInt(to));
    for (let time = 0; time < times; time++) await foldInto(stored, projection, batch);
  }
  return Object.fromEntries([...stored].sort(byKey).map(([key, { document }]) => [key, document]));
};

const foldInto = async (
  stored: Map<string, Kept>,
  projection: AnyProjection,
  batch: readonly RecordedEvent[],
): Promise<void> => {
  const load = (keys: readonly string[]) =>
    Promise.resolve(new Map([...stored].filter(([key]) => keys.includes(key))));
  const folded = new Batch(projection, schemas, load, NOTHING_PARKED);
  await folded.add(batch);
  if (folded.unfoldable.length > 0) throw new Error(folded.unfoldable.map(({ error }) => error).join(' '));
  for (const { key, document, position } of folded.writes()) {
    if (document) stored.set(key, { document: throughJson(document), position });
    else stored.delete(key);
  }
};

/** The document as a store returns it. @throws {Error} when JSON would change it */
const throughJson = (document: object): object => {
  const text = JSON.stringify(document, (_key, value: unknown) => {
    if (value === undefined) throw new Error('A document holds undefined.');
    if (typeof value === 'number' && !Number.isSafeInteger(value))
      throw new Error(`A document holds ${value}.`);
    return value;
  });
  return JSON.parse(text) as object;
};

const recorded = ({ stream, type, data }: Placed, position: bigint): RecordedEvent => {
  const schema = schemas.versionFor(type, data);
  const metadata = { commandId: 'c', commandHash: 'h', actor: 'test', at: 0, schema };
  return { id: `event-${position}`, stream, type, data, revision: 0, position, schema, metadata };
};

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);
