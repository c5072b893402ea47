import { type EventStore, type NewEvent, NO_STREAM } from '../../../src/application/ports/event-store.js';
import type { ZodEventSchemas } from '../../../src/infrastructure/events/zod-event-schemas.js';
import type { UuidIds } from '../../../src/infrastructure/identity/uuid-ids.js';
import type { Placed } from '../specs/projection-spec.js';

/** How facts come in. Within a stream the order is a fact; between streams it is chance. */
export type Delivery = {
  /** Writers that append side by side, each its own streams. */
  readonly writers: number;
  /** Throws numbers from 0 on. */
  readonly dice: (below: number) => number;
  /** One append in so many is sent a second time. */
  readonly againOneIn: number;
};

/** Appends `facts` to a log, streams in any order, by several writers, some of it twice. Its ids tell what is what. */
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
