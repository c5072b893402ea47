import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { ReadModelsUnavailable } from '../../application/ports/read-models.js';
import { SettlementThreads } from '../../application/royalty/settlement/settlement-threads.js';
import type {
  SettlementResult,
  SettlementRequest,
} from '../../application/royalty/settlement/compute-settlement.js';
import type { EngineConfig } from '../engines.js';
import type { SettlementHandlers, SettlementWorkerData } from './settlement-worker.js';
import { RequestClient } from './thread-requests.js';

/** More threads would mostly be idle, and each keeps its own sums of all tracks. */
const THREADS_MAX = 8;

/** So many plays are settled in less time than it takes to start a thread. */
const INLINE_PLAYS_MAX = 50_000;

/**
 * Settles large months in threads that end with the settlement (ADR 25): one settles, and it and the others fold plays.
 * Settlements run one after another.
 */
export class SettlementThread extends SettlementThreads {
  private last: Promise<unknown> = Promise.resolve();
  private running:
    | { readonly worker: Worker; readonly client: RequestClient<SettlementHandlers> }
    | undefined;
  private isClosed = false;

  /** @param threads number of threads that fold plays, 1 or more */
  constructor(
    private readonly engines: EngineConfig,
    private readonly threads = Math.min(availableParallelism(), THREADS_MAX),
    override readonly inlinePlaysMax = INLINE_PLAYS_MAX,
  ) {
    super();
  }

  override compute(request: SettlementRequest): Promise<SettlementResult> {
    const mine = this.last.then(() => this.run(request));
    this.last = mine.catch(() => undefined);
    return mine;
  }

  /** Ends a settlement that is running: it is rejected with ReadModelsUnavailable. */
  override async close(): Promise<void> {
    this.isClosed = true;
    this.running?.client.end(interrupted());
    await this.running?.worker.terminate();
  }

  private async run(request: SettlementRequest): Promise<SettlementResult> {
    if (this.isClosed) throw interrupted();
    const { dataDir, eventStoreUrl, mongoDbUrl } = this.engines;
    const engines = {
      dataDir,
      ...(eventStoreUrl !== undefined && { eventStoreUrl }),
      ...(mongoDbUrl !== undefined && { mongoDbUrl }),
    };
    const workerData: SettlementWorkerData = { engines, helpers: this.threads - 1 };
    const worker = new Worker(new URL('./settlement-worker.js', import.meta.url), { workerData });
    const client = new RequestClient<SettlementHandlers>(worker);
    this.running = { worker, client };
    try {
      const { summary, journals, lines: count } = await client.request('compute', request);
      const lines: SettlementResult['lines'][number][] = [];
      // Some at a time: a statement of many tracks does not hold up HTTP requests in this thread.
      while (lines.length < count) lines.push(...(await client.request('lines', lines.length)));
      return { summary, journals, lines };
    } finally {
      this.running = undefined;
      await worker.terminate();
    }
  }
}

const interrupted = (): Error =>
  new ReadModelsUnavailable(
    'The settlement was interrupted because the process is stopping. Close the period again.',
  );
