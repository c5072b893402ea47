import { type EventStore, type NewEvent, NO_STREAM } from '../../../src/application/ports/event-store.js';
import type { ZodEventSchemas } from '../../../src/infrastructure/events/zod-event-schemas.js';
import type { UuidIds } from '../../../src/infrastructure/identity/uuid-ids.js';
import type { Placed } from '../specs/projection-spec.js';

/** How events are appended. The order within a stream is fixed; the order between streams is random. */
export type Delivery = {
  /** Number of concurrent writers, each with its own streams. */
  readonly writers: number;
  /** @returns a random integer from 0 to `below` - 1 */
  readonly dice: (below: number) => number;
  /** One in this many appends is repeated. */
  readonly againOneIn: number;
};

/** Appends `facts` by several writers, with streams in random order and some appends repeated under the same event ids. */
export const deliver = async (
  {
    store,
    schemas,
    ids,
  }: { readonly store: EventStore; readonly schemas: ZodEventSchemas; readonly ids: UuidIds },
  facts: readonly Placed[],
  { writers, dice, againOneIn }: Delivery,
): Promise<void> => {
  const shards = Array.from({ length: writers }, (): Placed[][] => []);
  for (const ofStream of Map.groupBy(facts, ({ stream }) => stream).values())
    shards[dice(writers)]?.push([...ofStream]);

  const revisions = new Map<string, number>();
  const append = async (stream: string, some: readonly Placed[]): Promise<void> => {
    const before = revisions.get(stream) ?? NO_STREAM;
    const events = some.map(({ type, data }, n): NewEvent => {
      const id = ids.derived('fact', stream, before + n);
      const metadata = { commandId: id, commandHash: id, actor: 'test', at: 0 };
      return { id, type, data, metadata: { ...metadata, schema: schemas.versionFor(type, data) } };
    });
    await store.append(stream, before, events);
    if (dice(againOneIn) === 0) await store.append(stream, before, events);
    revisions.set(stream, before + some.length);
  };

  await Promise.all(
    shards.map(async (streams) => {
      while (streams.length > 0) {
        const at = dice(streams.length);
        const left = streams[at] ?? [];
        const some = left.splice(0, 1 + dice(3));
        if (left.length === 0) streams.splice(at, 1);
        await append(some[0]?.stream ?? '', some);
      }
    }),
  );
};
