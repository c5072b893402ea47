import { allPages } from './all-pages.js';
import type { Unfoldable } from './batch.js';
import type { Build, Model, ReadModels } from '../ports/read-models.js';

/** The parked events of a projection for reading: one document for each document that it no longer updates. */
export type ParkedEvents = {
  readonly projection: string;
  readonly build: string;
  readonly key: string;
  /** Number of parked events. */
  readonly events: number;
  /** Positions of the first and the last, as decimal strings. */
  readonly firstPosition: string;
  readonly lastPosition: string;
  readonly type: string;
  readonly error: string;
};

export const parkedEvents: Model = {
  name: 'parked-events',
  version: 1,
  fields: { projection: 'text', build: 'text' },
  indexes: [['build'], ['projection']],
};

const PAGE = 1_000;

/** The parked events of all builds. */
export class ParkingLot {
  private constructor(
    private readonly models: ReadModels,
    private readonly kept: Build,
  ) {}

  static async open(models: ReadModels): Promise<ParkingLot> {
    const { live } = await models.builds(parkedEvents);
    if (live) return new ParkingLot(models, live);
    const kept = await models.begin(parkedEvents);
    await models.swap(kept);
    return new ParkingLot(models, kept);
  }

  async of(build: Build): Promise<Parking> {
    const byKey = new Map<string, Parked>();
    const query = { where: { build: build.id }, limit: PAGE };
    for await (const { documents } of allPages<ParkedEvents>(this.models, parkedEvents, query))
      for (const document of documents)
        byKey.set(document.key, { document, position: BigInt(document.lastPosition) });
    return new Parking(this.models, this.kept, build, byKey);
  }
}

type Parked = { readonly document: ParkedEvents; readonly position: bigint };

/**
 * The parked events of one build. Once an event of a document is parked, all later events of that document are parked too:
 * a document contains all events up to a point, without gaps.
 */
export class Parking {
  constructor(
    private readonly models: ReadModels,
    private readonly kept: Build,
    private readonly build: Build,
    private readonly byKey: Map<string, Parked>,
  ) {}

  has(key: string): boolean {
    return this.byKey.size > 0 && this.byKey.has(key);
  }

  get events(): number {
    let sum = 0;
    for (const { document } of this.byKey.values()) sum += document.events;
    return sum;
  }

  /** Parks events durably. An event that is parked already is not counted again. */
  async add(unfoldable: readonly Unfoldable[]): Promise<void> {
    const touched = new Set<string>();
    for (const { key, event, error } of unfoldable) {
      const before = this.byKey.get(key);
      if (before && before.position >= event.position) continue;
      const document: ParkedEvents = before
        ? { ...before.document, events: before.document.events + 1, lastPosition: event.position.toString() }
        : {
            projection: this.build.model.name,
            build: this.build.id,
            key,
            events: 1,
            firstPosition: event.position.toString(),
            lastPosition: event.position.toString(),
            type: event.type,
            error,
          };
      this.byKey.set(key, { document, position: event.position });
      touched.add(key);
    }
    const writes = [...touched].flatMap((key) => {
      const parked = this.byKey.get(key);
      return parked ? [{ key: placeOf(this.build.id, key), ...parked }] : [];
    });
    await this.models.commit(this.kept, writes, 0n);
  }

  /** Removes all parked events of the build, because it was replaced. */
  async clear(): Promise<void> {
    const writes = [...this.byKey].map(([key, { position }]) => ({
      key: placeOf(this.build.id, key),
      document: undefined,
      position: position + 1n,
    }));
    this.byKey.clear();
    await this.models.commit(this.kept, writes, 0n);
  }
}

const placeOf = (build: string, key: string): string => `${build}/${key}`;
