import { Injectable } from '@nestjs/common';
import { EventStore } from '../../../application/ports/event-store.js';
import { ProjectionStatus } from '../../../application/ports/projection-status.js';
import { Drain } from '../edge/drain.js';
import type { FieldError } from '../problems/problem.js';

/** Frequent probes must not put load on the log. */
const LOG_CHECK_EVERY_MS = 1_000;
const LOG_TIMEOUT_MS = 2_000;

/** Whether the service can serve requests now and, if not, why. */
@Injectable()
export class Readiness {
  private lastCheck: { readonly at: number; readonly responds: Promise<boolean> } | undefined;
  /** A projection that has caught up once counts as ready while a new version of it is built. */
  private readonly caughtUp = new Set<string>();

  constructor(
    private readonly store: EventStore,
    private readonly projections: ProjectionStatus,
    private readonly drain: Drain,
  ) {}

  /** The reasons why the service is not ready; empty when it is. */
  async obstacles(): Promise<readonly FieldError[]> {
    const obstacles: FieldError[] = [];
    if (this.drain.begun)
      obstacles.push({ path: 'process', code: 'stopping', message: 'The process is stopping.' });
    if (!(await this.logResponds()))
      obstacles.push({ path: 'log', code: 'silent', message: 'The log does not respond.' });
    for (const { name, state } of this.projections.all()) {
      if (state === 'live') this.caughtUp.add(name);
      const path = `projections.${name}`;
      if (state === 'stopped')
        obstacles.push({ path, code: 'stopped', message: 'The projection has stopped.' });
      else if (!this.caughtUp.has(name))
        obstacles.push({
          path,
          code: 'building',
          message: 'The projection has not caught up with the log yet.',
        });
    }
    return obstacles;
  }

  private logResponds(): Promise<boolean> {
    const now = performance.now();
    if (!this.lastCheck || now - this.lastCheck.at >= LOG_CHECK_EVERY_MS)
      this.lastCheck = { at: now, responds: within(LOG_TIMEOUT_MS, this.store.head()) };
    return this.lastCheck.responds;
  }
}

/** Resolves to whether `work` succeeds within `ms`. */
const within = (ms: number, work: Promise<unknown>): Promise<boolean> =>
  new Promise((resolve) => {
    const late = setTimeout(() => resolve(false), ms);
    const settle = (succeeded: boolean) => {
      clearTimeout(late);
      resolve(succeeded);
    };
    work.then(
      () => settle(true),
      () => settle(false),
    );
  });
