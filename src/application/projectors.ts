import type { AnyProjection } from '../projections/projection.js';
import { ParkingLot } from './parked-events.js';
import type { EventSchemas } from './ports/event-schemas.js';
import type { EventStore } from './ports/event-store.js';
import type { ProjectionState } from './ports/projection-status.js';
import type { ReadModels } from './ports/read-models.js';
import type { Timer } from './ports/timer.js';
import { Projector } from './projector.js';

/** What the projections of one process work with. */
export type ProjectionGround = {
  readonly store: EventStore;
  readonly models: ReadModels;
  readonly schemas: EventSchemas;
  readonly timer: Timer;
};

/** All projections of a process, side by side, each at its own pace. */
export class Projectors {
  private constructor(private readonly byName: ReadonlyMap<string, Projector>) {}

  static async open(projections: readonly AnyProjection[], ground: ProjectionGround): Promise<Projectors> {
    const { store, models, schemas, timer } = ground;
    const lot = await ParkingLot.open(models);
    return new Projectors(
      new Map(projections.map((p) => [p.name, new Projector(p, lot, store, models, schemas, timer)])),
    );
  }

  status(): readonly ProjectionState[] {
    return [...this.byName.values()].map(({ status }) => status);
  }

  /** @returns false when there is no such projection */
  rebuild(name: string): boolean {
    const projector = this.byName.get(name);
    projector?.rebuild();
    return projector !== undefined;
  }

  /** Until `signal` aborts; with `toHead`, until each has met the head of the log or stopped. */
  async run(signal: AbortSignal, toHead = false): Promise<void> {
    await Promise.all([...this.byName.values()].map((projector) => projector.run(signal, toHead)));
  }
}
