import { parentPort, Worker, workerData } from 'node:worker_threads';
import type { UsageWorker } from '../../application/royalty/settlement/usage-workers.js';
import { MonthFold, type MonthToFold } from '../../application/royalty/settlement/month-fold.js';
import {
  type SettlementResult,
  computeSettlement,
  type SettlementRequest,
} from '../../application/royalty/settlement/compute-settlement.js';
import type { EngineConfig } from '../engines.js';
import type { UsageWorkerData } from './usage-worker.js';
import { openSettlementSources } from './settlement-sources.js';
import { CalledThread, serveCalls } from './thread-calls.js';

export type SettlementWorkerData = {
  readonly engines: EngineConfig;
  /** Threads that fold plays beside this one. */
  readonly helpers: number;
};

/** A settlement without its lines, which are asked for by their number. */
export type Head = Omit<SettlementResult, 'lines'> & { readonly lines: number };

const LINES_AT_ONCE = 1_000;

const port = parentPort;
if (!port) throw new Error('This file runs in a worker thread.');
const { engines, helpers } = workerData as SettlementWorkerData;

const sources = await openSettlementSources(engines);
let lines: SettlementResult['lines'] = [];

const helper = (month: MonthToFold): UsageWorker => {
  const data: UsageWorkerData = { engines, month };
  const thread = new CalledThread(
    new Worker(new URL('./usage-worker.js', import.meta.url), { workerData: data }),
  );
  return {
    fold: (number, keys) => thread.ask('fold', { number, keys }),
    placeAt: (number, before) => void thread.ask('placeAt', { number, before }).catch(() => undefined),
    part: () => thread.ask('part', undefined),
    close: () => thread.end(),
  };
};

serveCalls(port, {
  compute: async (what: SettlementRequest): Promise<Head> => {
    const settled = await computeSettlement(sources, what, (month) => [
      ...Array.from({ length: helpers }, () => helper(month)),
      new MonthFold(sources, month),
    ]);
    ({ lines } = settled);
    return { summary: settled.summary, journals: settled.journals, lines: lines.length };
  },
  lines: (from: number): SettlementResult['lines'] => lines.slice(from, from + LINES_AT_ONCE),
});
