import type { EventStore } from '../../application/ports/event-store.js';
import type { ProjectionState } from '../../application/ports/projection-status.js';
import type { ProcessState } from '../../application/projecting/process-runner.js';
import { appendHandlers } from './channelled-event-store.js';

/** The progress of the thread of projections. */
type ProjectorReport = {
  readonly projections: readonly ProjectionState[];
  readonly processes: readonly ProcessState[];
};

/** What the main thread serves to the thread of projections. */
export const mainHandlers = (log: EventStore, report: (progress: ProjectorReport) => void) => ({
  ...appendHandlers(log),
  report,
});

export type MainHandlers = ReturnType<typeof mainHandlers>;
