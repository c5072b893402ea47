import type { AnyProjection } from '../../projections/projection.js';
import { ProjectionBuild, type BuildEnd, type BuildDependencies } from './projection-build.js';
import { repeatUntilDone } from './backoff.js';
import { START } from '../ports/event-store.js';
import type { ProjectionState } from '../ports/projection-status.js';
import type { Build } from '../ports/read-models.js';

/**
 * Keeps one projection up with the log. A new version, or a rebuild, is a build beside the live one and replaces it once it
 * has caught up. Failures of a store are retried. A projection of money stops at an event that it cannot fold, until it is
 * rebuilt by a release that can.
 */
export class Projector {
  private live: ProjectionBuild | undefined;
  private building: ProjectionBuild | undefined;
  private failure: string | undefined;
  private rebuildRequested = false;
  private round = new AbortController();

  constructor(
    private readonly projection: AnyProjection,
    private readonly dependencies: BuildDependencies,
  ) {}

  get status(): ProjectionState {
    const { name, version, kind } = this.projection;
    const build = this.live ?? this.building;
    const error = this.live?.error ?? this.building?.error ?? this.failure;
    const state = build?.error === undefined ? (this.live ? 'live' : 'building') : 'stopped';
    return {
      name,
      version,
      kind,
      state,
      position: build?.position ?? START,
      ...(this.live && this.building ? { rebuilding: this.building.position } : {}),
      parked: build?.parked ?? 0,
      ...(error === undefined ? {} : { error }),
    };
  }

  /** Rebuilds the projection beside the live build. */
  rebuild(): void {
    this.rebuildRequested = true;
    this.round.abort();
  }

  /**
   * Runs until `signal` aborts; with `toHead`, until it reaches the head of the log or stops.
   * Never throws: a failure shows in `status`, and the work is retried.
   */
  async run(signal: AbortSignal, toHead = false): Promise<void> {
    const round = async () => {
      const end = await this.once(signal, toHead);
      this.failure = undefined;
      if (toHead && !this.rebuildRequested) return 'done';
      if (end === 'stopped') await this.untilRebuildRequested(signal);
      return 'again';
    };
    await repeatUntilDone(round, {
      timer: this.dependencies.timer,
      signal,
      position: () => this.status.position,
      onFailure: (message) => (this.failure = message),
    });
  }

  /** Runs the live build and the one under way, until one of them ends. */
  private async once(signal: AbortSignal, toHead: boolean): Promise<BuildEnd> {
    await this.open();
    const round = this.begin(signal);
    const run = async (build: ProjectionBuild | undefined, untilHead: boolean): Promise<BuildEnd> => {
      if (!build) return 'aborted';
      try {
        return await build.follow(round.signal, untilHead);
      } catch (thrown) {
        round.abort();
        throw thrown;
      }
    };
    const swapping = run(this.building, true).then((end) => {
      if (end === 'caughtUp' && !toHead) round.abort(); // Ends the live build, which is to be replaced.
      return end;
    });
    const [live, building] = await Promise.allSettled([run(this.live, toHead), swapping]);
    round.abort();
    if (live.status === 'rejected') throw live.reason;
    if (building.status === 'rejected') throw building.reason;

    if (this.building && building.value === 'caughtUp') {
      await this.dependencies.models.swap(this.building.build);
      await this.live?.retire();
      return 'caughtUp';
    }
    return live.value === 'stopped' || building.value === 'stopped' ? 'stopped' : 'aborted';
  }

  /**
   * Finds the live build of this version, and the build under way, or begins one if it is needed. `run` calls it; a call
   * before makes `status` correct from the start.
   */
  async open(): Promise<void> {
    const { live, building } = await this.dependencies.models.builds(this.projection);
    const { version } = this.projection;
    const current = live?.model.version === version ? live : undefined;
    const underWay = building?.model.version === version ? building : undefined;
    const build = async (build: Build | undefined) =>
      build && ProjectionBuild.open(this.projection, build, this.dependencies);

    this.live = await build(current);
    if (this.rebuildRequested || (!current && !underWay)) {
      this.rebuildRequested = false;
      this.building = await build(await this.dependencies.models.begin(this.projection));
    } else {
      this.building = await build(underWay);
    }
  }

  private begin(signal: AbortSignal): AbortController {
    const round = new AbortController();
    const forward = () => round.abort();
    round.signal.addEventListener('abort', () => signal.removeEventListener('abort', forward), {
      once: true,
    });
    signal.addEventListener('abort', forward, { once: true });
    if (signal.aborted) round.abort();
    this.round = round;
    return round;
  }

  private untilRebuildRequested(signal: AbortSignal): Promise<void> {
    const round = this.begin(signal);
    return new Promise((resolve) => {
      if (round.signal.aborted || this.rebuildRequested) return resolve();
      round.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
