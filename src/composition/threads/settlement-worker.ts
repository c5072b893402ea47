import { parentPort, Worker, workerData } from 'node:worker_threads';
import type { UsageWorker } from '../../application/royalty/settlement/usage-workers.js';
import { MonthFold, type MonthToFold } from '../../application/royalty/settlement/month-fold.js';
import {
  type SettlementResult,
  computeSettlement,
  type SettlementRequest,
} from '../../application/royalty/settlement/compute-settlement.js';
import type { EngineConfig } from '../engines.js';
import type { UsageHandlers, UsageWorkerData } from './usage-worker.js';
import { openSettlementSources } from './settlement-sources.js';
import { RequestClient, serveRequests } from './thread-requests.js';

export type SettlementWorkerData = {
  readonly engines: EngineConfig;
  /** Number of threads that fold plays beside this one. */
  readonly helpers: number;
};

/** A settlement without its lines, which are requested separately; `lines` is their number. */
type SettlementHead = Omit<SettlementResult, 'lines'> & { readonly lines: number };

const LINES_PER_RESPONSE = 1_000;

const port = parentPort;
if (!port) throw new Error('This file runs in a worker thread.');
const { engines, helpers } = workerData as SettlementWorkerData;

const sources = await openSettlementSources(engines);
let lines: SettlementResult['lines'] = [];

const helper = (month: MonthToFold): UsageWorker => {
  const data: UsageWorkerData = { engines, month };
  const worker = new Worker(new URL('./usage-worker.js', import.meta.url), { workerData: data });
  const thread = new RequestClient<UsageHandlers>(worker);
  return {
    fold: (number, keys) => thread.request('fold', { number, keys }),
    placeAt: (number, before) => void thread.request('placeAt', { number, before }).catch(() => undefined),
    part: () => thread.request('part'),
    close: async () => void (await worker.terminate()),
  };
};

const handlers = {
  compute: async (request: SettlementRequest): Promise<SettlementHead> => {
    const settled = await computeSettlement(sources, request, (month) => [
      ...Array.from({ length: helpers }, () => helper(month)),
      new MonthFold(sources, month),
    ]);
    ({ lines } = settled);
    return { summary: settled.summary, journals: settled.journals, lines: lines.length };
  },
  lines: (from: number): SettlementResult['lines'] => lines.slice(from, from + LINES_PER_RESPONSE),
};

/** What this thread serves. */
export type SettlementHandlers = typeof handlers;

serveRequests(port, handlers);
