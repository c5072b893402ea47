import { Injectable } from '@nestjs/common';
import { EventStore } from '../../../application/ports/event-store.js';
import { ProjectionStatus } from '../../../application/ports/projection-status.js';
import { Drain } from '../edge/drain.js';
import type { FieldError } from '../problems/problem.js';

/** A probe that hammers must not become load on the log. */
const LOG_ASKED_EVERY_MS = 1_000;
const LOG_PATIENCE_MS = 2_000;

/** Whether the service can do its work now, and if not, why. */
@Injectable()
export class Readiness {
  private asked: { readonly at: number; readonly answers: Promise<boolean> } | undefined;
  /** A projection that has once caught up counts as ready while a new version of it is built beside. */
  private readonly caughtUp = new Set<string>();

  constructor(
    private readonly store: EventStore,
    private readonly projections: ProjectionStatus,
    private readonly drain: Drain,
  ) {}

  /** What stands in the way; nothing when ready. */
  async obstacles(): Promise<readonly FieldError[]> {
    const obstacles: FieldError[] = [];
    if (this.drain.begun)
      obstacles.push({ path: 'process', code: 'stopping', message: 'The process is stopping.' });
    if (!(await this.logAnswers()))
      obstacles.push({ path: 'log', code: 'silent', message: 'The log does not answer.' });
    for (const { name, state } of this.projections.all()) {
      if (state === 'live') this.caughtUp.add(name);
      const path = `projections.${name}`;
      if (state === 'stopped')
        obstacles.push({ path, code: 'stopped', message: 'Has stopped, and folds nothing.' });
      else if (!this.caughtUp.has(name))
        obstacles.push({ path, code: 'building', message: 'Has not caught up with the log yet.' });
    }
    return obstacles;
  }

  private logAnswers(): Promise<boolean> {
    const now = performance.now();
    if (!this.asked || now - this.asked.at >= LOG_ASKED_EVERY_MS)
      this.asked = { at: now, answers: within(LOG_PATIENCE_MS, this.store.head()) };
    return this.asked.answers;
  }
}

/** Whether `work` succeeds in time. */
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
