import { MessageChannel, Worker } from 'node:worker_threads';
import { serveAppends } from './append-channel.js';
import type { EventStore } from '../../application/ports/event-store.js';
import { type ProjectionState, ProjectionStatus } from '../../application/ports/projection-status.js';
import type { Rebuilds } from '../../application/ports/rebuilds.js';
import { Backoff } from '../../application/projecting/backoff.js';
import type { ProcessState } from '../../application/projecting/process-runner.js';
import type { EngineConfig, HeadSignal } from '../engines.js';
import type { ProjectorOrder, ProjectorReport, ProjectorWorkerData } from './projector-worker.js';

/** The shortest and the longest pause before a thread that died is started again. */
const RESTART_AFTER_MS_MIN = 500;
const RESTART_AFTER_MS_MAX = 30_000;

const DIED = 'Its thread has died and is started again.';

type Duties = Pick<ProjectorWorkerData, 'projects' | 'reacts'>;

/**
 * All projections and processes of this process, in a worker thread (ADR 8). A thread that dies is started again.
 */
export class ProjectorThread extends ProjectionStatus implements Rebuilds {
  private worker: Worker | undefined;
  private states: readonly ProjectionState[] = [];
  private reactions: readonly ProcessState[] = [];
  private troubles: readonly string[] = [];
  private stopping = false;
  private ended: Promise<void> = Promise.resolve();
  private restart: NodeJS.Timeout | undefined;
  private readonly backoff = new Backoff(RESTART_AFTER_MS_MIN, RESTART_AFTER_MS_MAX);

  constructor(
    private readonly engines: EngineConfig,
    /** The log of the main thread; `headSignal` if it is the embedded one, which only that thread may write. */
    private readonly log: EventStore & { readonly headSignal?: HeadSignal },
    private readonly onTrouble: (error: Error) => void,
  ) {
    super();
  }

  /** @param progress how far the projections are, until the thread tells */
  start(duties: Duties, progress: readonly ProjectionState[]): void {
    if (!duties.projects && !duties.reacts) return;
    if (duties.projects) this.states = progress;
    this.run(duties);
  }

  override all(): readonly ProjectionState[] {
    return this.states;
  }

  /** The processes of this process, once their thread has told. */
  processes(): readonly ProcessState[] {
    return this.reactions;
  }

  rebuild(name: string): boolean {
    if (!this.states.some((state) => state.name === name)) return false;
    this.order({ do: 'rebuild', name });
    return true;
  }

  /** Lets the batches in flight be written, then ends the thread. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restart);
    this.order({ do: 'stop' });
    await this.ended;
  }

  private run(duties: Duties): void {
    const head = this.log.headSignal;
    const { port1, port2 } = new MessageChannel();
    serveAppends(port1, this.log);
    const workerData: ProjectorWorkerData = {
      engines: this.engines,
      ...duties,
      ...(head ? { head, appends: port2 } : {}),
    };
    const worker = new Worker(new URL('./projector-worker.js', import.meta.url), {
      workerData,
      transferList: head ? [port2] : [],
    });
    this.worker = worker;
    worker.on('message', ({ projections, processes }: ProjectorReport) => {
      if (duties.projects) this.states = projections;
      this.reactions = processes;
      this.backoff.reset();
      this.complain(processes);
    });
    worker.on('error', (error) => this.onTrouble(error instanceof Error ? error : new Error(String(error))));
    this.ended = new Promise((resolve) => {
      worker.once('exit', () => {
        port1.close();
        if (!this.stopping) this.startAgain(duties);
        resolve();
      });
    });
  }

  /** Until it tells of itself again nothing is folded, and nothing follows from anything. */
  private startAgain(duties: Duties): void {
    this.states = this.states.map((state) => ({ ...state, state: 'stopped', error: DIED }));
    this.reactions = this.reactions.map((reaction) => ({ ...reaction, error: DIED }));
    this.restart = setTimeout(() => this.run(duties), this.backoff.next());
  }

  private order(order: ProjectorOrder): void {
    this.worker?.postMessage(order);
  }

  /** Each trouble of a process once, when it begins. */
  private complain(processes: readonly ProcessState[]): void {
    const troubles = processes.flatMap(({ name, error }) =>
      error === undefined ? [] : [`${name}: ${error}`],
    );
    for (const trouble of troubles) {
      if (!this.troubles.includes(trouble)) this.onTrouble(new Error(`The process ${trouble}`));
    }
    this.troubles = troubles;
  }
}
