import type { AnyProjection } from '../../projections/projection.js';
import { Batch } from './batch.js';
import type { Parking, ParkingLot } from './parked-events.js';
import type { EventSchemas } from '../ports/event-schemas.js';
import type { EventStore } from '../ports/event-store.js';
import type { Build, ReadModels } from '../ports/read-models.js';
import type { Timer } from '../ports/timer.js';

/**
 * After so many events in one batch at the head of the log, more are about to come: a pause lets one write of a document,
 * or of a page of an index, serve all of them. A build that is behind never pauses.
 */
const FLOOD_EVENTS = 250;
const FLOOD_PAUSE_MS = 50;

/** The dependencies of all builds in one process. */
export type BuildDependencies = {
  readonly store: EventStore;
  readonly models: ReadModels;
  readonly schemas: EventSchemas;
  readonly timer: Timer;
  readonly parkingLot: ParkingLot;
};

/**
 * How a build ended: by its signal; at the head of the log, if it was to end there; or, for a projection of money, at an
 * event that it cannot fold.
 */
export type BuildEnd = 'aborted' | 'caughtUp' | 'stopped';

/** Folds the log into one build of one projection. */
export class ProjectionBuild {
  private stoppedBy: string | undefined;

  private constructor(
    private readonly projection: AnyProjection,
    readonly build: Build,
    private readonly dependencies: BuildDependencies,
    private readonly parking: Parking,
    private at: bigint,
  ) {}

  /** Reads the checkpoint and the parked events of the build. */
  static async open(
    projection: AnyProjection,
    build: Build,
    dependencies: BuildDependencies,
  ): Promise<ProjectionBuild> {
    const [parking, at] = [
      await dependencies.parkingLot.of(build),
      await dependencies.models.checkpoint(build),
    ];
    return new ProjectionBuild(projection, build, dependencies, parking, at);
  }

  get position(): bigint {
    return this.at;
  }

  get parked(): number {
    return this.parking.events;
  }

  /** The event at which a projection of money stopped, and why. */
  get error(): string | undefined {
    return this.stoppedBy;
  }

  /** Folds the events after the checkpoint, then new events, until `signal` aborts; with `toHead`, until the head. */
  async follow(signal: AbortSignal, toHead: boolean): Promise<BuildEnd> {
    let batch = this.begin();
    for await (const page of this.dependencies.store.subscribe(this.at, {
      select: { types: this.projection.handles },
      signal,
    })) {
      await batch.add(page.events);
      if (!page.atHead && !batch.isFull && !batch.stop) continue;

      await this.write(batch, page.upTo);
      if (this.stoppedBy !== undefined) return 'stopped';
      if (page.atHead && toHead) return 'caughtUp';
      if (page.atHead && batch.size >= FLOOD_EVENTS) await this.dependencies.timer.after(FLOOD_PAUSE_MS);
      batch = this.begin();
    }
    return 'aborted';
  }

  /** Removes the parked events of a build that was replaced. */
  async retire(): Promise<void> {
    await this.parking.clear();
  }

  private begin(): Batch {
    const { models, schemas } = this.dependencies;
    const load = (keys: readonly string[]) => models.load(this.build, keys);
    return new Batch(this.projection, schemas, load, (key) => this.parking.has(key));
  }

  private async write(batch: Batch, upTo: bigint): Promise<void> {
    const { stop, unfoldable } = batch;
    if (!stop && unfoldable.length > 0) await this.parking.add(unfoldable);
    const reached = stop ? (batch.reached ?? this.at) : upTo;
    await this.dependencies.models.commit(this.build, batch.writes(), reached);
    this.at = reached;
    if (stop) {
      const { type, position, stream } = stop.event;
      this.stoppedBy = `${type} at ${position} in ${stream}: ${stop.error}`;
    }
  }
}
