import type { AnyProjection } from '../projections/projection.js';
import { foldBatch } from './batch.js';
import type { Parking, ParkingLot } from './parked-events.js';
import type { EventSchemas } from './ports/event-schemas.js';
import { type EventStore, type RecordedEvent, START } from './ports/event-store.js';
import type { Build, ReadModels } from './ports/read-models.js';

/** Events folded before documents are written: enough to make writing cheap, few enough to keep memory flat. */
const BATCH_EVENTS_MAX = 4_000;

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

    let waiting: readonly RecordedEvent[] = [];
    for await (const page of this.store.subscribe(this.at, {
      select: { types: this.projection.handles },
      signal,
    })) {
      waiting = waiting.length === 0 ? page.events : [...waiting, ...page.events];
      if (!page.atHead && waiting.length < BATCH_EVENTS_MAX) continue;

      await this.write(waiting, page.upTo, this.parking);
      waiting = [];
      if (this.stoppedBy !== undefined) return 'stopped';
      if (page.atHead && toHead) return 'caughtUp';
    }
    return 'aborted';
  }

  /** Forgets what was parked: for a build that another has replaced. */
  async retire(): Promise<void> {
    await (await this.parkingLot.of(this.build)).clear();
  }

  private async write(events: readonly RecordedEvent[], upTo: bigint, parking: Parking): Promise<void> {
    const { projection, build, models } = this;
    const load = (keys: readonly string[]) => models.load(build, keys);
    const { writes, unfoldable, folded } = await foldBatch(projection, this.schemas, events, load, (key) =>
      parking.has(key),
    );

    const [first] = unfoldable;
    if (first && projection.kind === 'money') {
      const reached = events[folded - 1]?.position ?? this.at;
      await models.commit(build, writes, reached);
      this.at = reached;
      this.stoppedBy = `${first.event.type} at ${first.event.position} in ${first.event.stream}: ${first.error}`;
      return;
    }
    if (unfoldable.length > 0) await parking.add(unfoldable);
    await models.commit(build, writes, upTo);
    this.at = upTo;
  }
}
