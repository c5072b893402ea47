import { Worker } from 'node:worker_threads';
import { ProjectionStatus, type ProjectionState } from './application/ports/projection-status.js';
import { START } from './application/ports/event-store.js';
import type { EngineConfig, HeadSignal } from './engines.js';
import { projections } from './projections/all.js';
import type { ProjectorWorkerData } from './projector-worker.js';

const RESTART_AFTER_MS = 500;
const STOP = 'stop';

/** All projections of this process, in a worker thread (ADR 8). A thread that dies is started again. */
export class ProjectorThread extends ProjectionStatus {
  private worker: Worker | undefined;
  private states: readonly ProjectionState[] = [];
  private stopping = false;
  private ended: Promise<void> = Promise.resolve();
  private restart: NodeJS.Timeout | undefined;

  constructor(
    private readonly engines: EngineConfig,
    private readonly head: HeadSignal | undefined,
    private readonly onTrouble: (error: Error) => void,
  ) {
    super();
  }

  start(): void {
    this.states = projections.map(({ name, version, kind }) => ({
      name,
      version,
      kind,
      position: START,
      state: 'building',
      parked: 0,
    }));
    this.run();
  }

  private run(): void {
    const data: ProjectorWorkerData = { engines: this.engines, ...(this.head ? { head: this.head } : {}) };
    const worker = new Worker(new URL('./projector-worker.js', import.meta.url), { workerData: data });
    this.worker = worker;
    worker.on('message', (states: readonly ProjectionState[]) => void (this.states = states));
    worker.on('error', (error) => this.onTrouble(error instanceof Error ? error : new Error(String(error))));
    this.ended = new Promise((resolve) => {
      worker.once('exit', () => {
        if (!this.stopping) this.restart = setTimeout(() => this.run(), RESTART_AFTER_MS);
        resolve();
      });
    });
  }

  override all(): readonly ProjectionState[] {
    return this.states;
  }

  /** Lets the batches in flight be written, then ends the thread. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.restart);
    this.worker?.postMessage(STOP);
    await this.ended;
  }
}
