import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { ReadModelsUnavailable } from '../../application/ports/read-models.js';
import { SettlementThreads } from '../../application/royalty/settlement/settlement-threads.js';
import type {
  SettlementResult,
  SettlementRequest,
} from '../../application/royalty/settlement/compute-settlement.js';
import type { EngineConfig } from '../engines.js';
import type { Head, SettlementWorkerData } from './settlement-worker.js';
import { CalledThread } from './thread-calls.js';

/** More would be idle most of the time: each of them keeps its own sums of all tracks. */
const THREADS_MAX = 8;

/** Plays that are settled in less time than it takes to start a thread. */
const PLAYS_HERE_MAX = 50_000;

/**
 * Large months in threads that live as long as a settlement (ADR 25): one settles, and folds plays together with others.
 */
export class SettlementThread extends SettlementThreads {
  private last: Promise<unknown> = Promise.resolve();
  private running: CalledThread | undefined;
  private isClosed = false;

  /** @param threads that fold plays, 1 or more */
  constructor(
    private readonly engines: EngineConfig,
    private readonly threads = Math.min(availableParallelism(), THREADS_MAX),
    override readonly inlinePlaysMax = PLAYS_HERE_MAX,
  ) {
    super();
  }

  override compute(what: SettlementRequest): Promise<SettlementResult> {
    const mine = this.last.then(() => this.run(what));
    this.last = mine.catch(() => undefined);
    return mine;
  }

  override async close(): Promise<void> {
    this.isClosed = true;
    await this.running?.end(brokenOff());
  }

  private async run(what: SettlementRequest): Promise<SettlementResult> {
    if (this.isClosed) throw brokenOff();
    const { dataDir, eventStoreUrl, mongoDbUrl } = this.engines;
    const engines = {
      dataDir,
      ...(eventStoreUrl !== undefined && { eventStoreUrl }),
      ...(mongoDbUrl !== undefined && { mongoDbUrl }),
    };
    const workerData: SettlementWorkerData = { engines, helpers: this.threads - 1 };
    const thread = new CalledThread(
      new Worker(new URL('./settlement-worker.js', import.meta.url), { workerData }),
    );
    this.running = thread;
    try {
      const { summary, journals, lines: count } = await thread.ask<Head>('compute', what);
      const lines: SettlementResult['lines'][number][] = [];
      // Some at a time, so that a statement of all the world's tracks delays no request.
      while (lines.length < count)
        lines.push(...(await thread.ask<SettlementResult['lines']>('lines', lines.length)));
      return { summary, journals, lines };
    } finally {
      this.running = undefined;
      await thread.end();
    }
  }
}

const brokenOff = (): Error =>
  new ReadModelsUnavailable('The settlement was broken off: the process ends. Close again.');
