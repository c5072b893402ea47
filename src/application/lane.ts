import type { AnyProjection } from '../projections/projection.js';
import { Batch } from './batch.js';
import type { Parking, ParkingLot } from './parked-events.js';
import type { EventSchemas } from './ports/event-schemas.js';
import { type EventStore, START } from './ports/event-store.js';
import type { Build, ReadModels } from './ports/read-models.js';
import type { Timer } from './ports/timer.js';

/**
 * So many events at once, at the head of the log, are a flood: the next ones are on their way, and a document that they
 * all change, or a page of an index, had better be written once for all of them. A lane that is behind never rests.
 */
const FLOOD_EVENTS = 250;
const FLOOD_PAUSE_MS = 50;

/**
 * How a lane ended: told to; at the head of the log (asked to end there); or at an event of money that it cannot fold.
 */
export type LaneEnd = 'aborted' | 'caughtUp' | 'stopped';

/** One build of one projection on its way along the log. */
export class Lane {
  private at = START;
  private parking: Parking | undefined;
  private stoppedBy: string | undefined;

  constructor(
    private readonly projection: AnyProjection,
    readonly build: Build,
    private readonly parkingLot: ParkingLot,
    private readonly store: EventStore,
    private readonly models: ReadModels,
    private readonly schemas: EventSchemas,
    private readonly timer: Timer,
  ) {}

  get position(): bigint {
    return this.at;
  }

  get parked(): number {
    return this.parking?.events ?? 0;
  }

  /** The event of money that could not be folded, and why. */
  get error(): string | undefined {
    return this.stoppedBy;
  }

  /** Folds what lies behind the checkpoint, then what comes, until `signal` aborts; with `toHead`, until the head. */
  async follow(signal: AbortSignal, toHead: boolean): Promise<LaneEnd> {
    this.stoppedBy = undefined;
    this.parking = await this.parkingLot.of(this.build);
    this.at = await this.models.checkpoint(this.build);

    let batch = this.begin(this.parking);
    for await (const page of this.store.subscribe(this.at, {
      select: { types: this.projection.handles },
      signal,
    })) {
      await batch.add(page.events);
      if (!page.atHead && !batch.isFull && !batch.stop) continue;

      await this.write(batch, page.upTo, this.parking);
      if (this.stoppedBy !== undefined) return 'stopped';
      if (page.atHead && toHead) return 'caughtUp';
      if (page.atHead && batch.size >= FLOOD_EVENTS) await this.timer.after(FLOOD_PAUSE_MS);
      batch = this.begin(this.parking);
    }
    return 'aborted';
  }

  /** Forgets what was parked: for a build that another has replaced. */
  async retire(): Promise<void> {
    await (await this.parkingLot.of(this.build)).clear();
  }

  private begin(parking: Parking): Batch {
    const load = (keys: readonly string[]) => this.models.load(this.build, keys);
    return new Batch(this.projection, this.schemas, load, (key) => parking.has(key));
  }

  private async write(batch: Batch, upTo: bigint, parking: Parking): Promise<void> {
    const { stop, unfoldable } = batch;
    if (!stop && unfoldable.length > 0) await parking.add(unfoldable);
    const reached = stop ? (batch.reached ?? this.at) : upTo;
    await this.models.commit(this.build, batch.writes(), reached);
    this.at = reached;
    if (stop) {
      const { type, position, stream } = stop.event;
      this.stoppedBy = `${type} at ${position} in ${stream}: ${stop.error}`;
    }
  }
}
