import { MessageChannel, Worker } from 'node:worker_threads';
import type { EventStore } from '../../application/ports/event-store.js';
import { type ProjectionState, ProjectionStatus } from '../../application/ports/projection-status.js';
import type { Rebuilds } from '../../application/ports/rebuilds.js';
import { Backoff } from '../../application/projecting/backoff.js';
import type { ProcessState } from '../../application/projecting/process-runner.js';
import type { EngineConfig, HeadSignal } from '../engines.js';
import { mainHandlers } from './main-handlers.js';
import type { ProjectorHandlers, ProjectorWorkerData } from './projector-worker.js';
import { RequestClient, serveRequests } from './thread-requests.js';

/** The shortest and the longest pause before a thread that died is started again. */
const RESTART_AFTER_MS_MIN = 500;
const RESTART_AFTER_MS_MAX = 30_000;

const DIED = 'Its thread has died and is started again.';

type Duties = Pick<ProjectorWorkerData, 'projects' | 'reacts'>;

/**
 * Runs all projections and processes of this process in a worker thread (ADR 8), and restarts the thread if it dies.
 */
export class ProjectorThread extends ProjectionStatus implements Rebuilds {
  private worker: RequestClient<ProjectorHandlers> | undefined;
  private states: readonly ProjectionState[] = [];
  private processStates: readonly ProcessState[] = [];
  private reportedFailures: readonly string[] = [];
  private stopping = false;
  private ended: Promise<void> = Promise.resolve();
  private restart: NodeJS.Timeout | undefined;
  private readonly backoff = new Backoff(RESTART_AFTER_MS_MIN, RESTART_AFTER_MS_MAX);

  constructor(
    private readonly engines: EngineConfig,
    /** The log of the main thread; `headSignal` if it is the embedded one, which only that thread may write. */
    private readonly log: EventStore & { readonly headSignal?: HeadSignal },
    private readonly onFailure: (error: Error) => void,
  ) {
    super();
  }

  /** @param progress of the projections, shown until the thread reports */
  start(duties: Duties, progress: readonly ProjectionState[]): void {
    if (!duties.projects && !duties.reacts) return;
    if (duties.projects) this.states = progress;
    this.run(duties);
  }

  override all(): readonly ProjectionState[] {
    return this.states;
  }

  /** The processes of this process; none until the thread has reported. */
  processes(): readonly ProcessState[] {
    return this.processStates;
  }

  rebuild(name: string): boolean {
    if (!this.states.some((state) => state.name === name)) return false;
    // A thread that dies before it responds begins the build again only when it is requested again.
    this.worker?.request('rebuild', name).catch(() => undefined);
    return true;
  }

  /** Lets the batches in flight be written, then ends the thread. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restart);
    this.worker?.request('stop').catch(() => undefined);
    await this.ended;
  }

  private run(duties: Duties): void {
    const head = this.log.headSignal;
    const { port1: port, port2: main } = new MessageChannel();
    serveRequests(port, this.handlers(duties));
    const workerData: ProjectorWorkerData = { engines: this.engines, ...duties, main, ...(head && { head }) };
    const worker = new Worker(new URL('./projector-worker.js', import.meta.url), {
      workerData,
      transferList: [main],
    });
    this.worker = new RequestClient(worker);
    worker.on('error', (error) => this.onFailure(error instanceof Error ? error : new Error(String(error))));
    this.ended = new Promise((resolve) => {
      worker.once('exit', () => {
        port.close();
        if (!this.stopping) this.startAgain(duties);
        resolve();
      });
    });
  }

  private handlers({ projects }: Duties) {
    return mainHandlers(this.log, ({ projections, processes }) => {
      if (projects) this.states = projections;
      this.processStates = processes;
      this.backoff.reset();
      this.reportFailures(processes);
    });
  }

  /** Until the thread reports again, nothing is folded and no process reacts. */
  private startAgain(duties: Duties): void {
    this.states = this.states.map((state) => ({ ...state, state: 'stopped', error: DIED }));
    this.processStates = this.processStates.map((state) => ({ ...state, error: DIED }));
    this.restart = setTimeout(() => this.run(duties), this.backoff.next());
  }

  /** Reports each failure of a process once, when it begins. */
  private reportFailures(processes: readonly ProcessState[]): void {
    const failures = processes.flatMap(({ name, error }) =>
      error === undefined ? [] : [`${name}: ${error}`],
    );
    for (const failure of failures) {
      if (!this.reportedFailures.includes(failure)) this.onFailure(new Error(`The process ${failure}`));
    }
    this.reportedFailures = failures;
  }
}
