import type { AnyProjection } from '../../projections/projection.js';
import type { BuildDependencies } from './projection-build.js';
import { ParkingLot } from './parked-events.js';
import type { ProjectionState } from '../ports/projection-status.js';
import { Projector } from './projector.js';

/** The dependencies of the projections in one process. */
export type ProjectorDependencies = Omit<BuildDependencies, 'parkingLot'>;

/** Runs all projections of a process concurrently, each at its own pace. */
export class Projectors {
  private constructor(private readonly byName: ReadonlyMap<string, Projector>) {}

  static async open(
    projections: readonly AnyProjection[],
    dependencies: ProjectorDependencies,
  ): Promise<Projectors> {
    const parkingLot = await ParkingLot.open(dependencies.models);
    const projectors = projections.map(
      (p) => [p.name, new Projector(p, { ...dependencies, parkingLot })] as const,
    );
    await Promise.all(projectors.map(([, projector]) => projector.open()));
    return new Projectors(new Map(projectors));
  }

  status(): readonly ProjectionState[] {
    return [...this.byName.values()].map(({ status }) => status);
  }

  /** @returns false if no projection is called `name` */
  rebuild(name: string): boolean {
    const projector = this.byName.get(name);
    projector?.rebuild();
    return projector !== undefined;
  }

  /** Runs until `signal` aborts; with `toHead`, until each has reached the head of the log or stopped. */
  async run(signal: AbortSignal, toHead = false): Promise<void> {
    await Promise.all([...this.byName.values()].map((projector) => projector.run(signal, toHead)));
  }
}
