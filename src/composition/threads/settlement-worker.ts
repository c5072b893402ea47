import { parentPort, Worker, workerData } from 'node:worker_threads';
import type { Folder } from '../../application/royalty/settlement/folders.js';
import { MonthFold, type MonthToFold } from '../../application/royalty/settlement/month-fold.js';
import {
  type Settled,
  settlePeriod,
  type ToSettle,
} from '../../application/royalty/settlement/settle-period.js';
import type { EngineConfig } from '../engines.js';
import type { FoldWorkerData } from './fold-worker.js';
import { openSettlementSources } from './settlement-sources.js';
import { CalledThread, serveCalls } from './thread-calls.js';

export type SettlementWorkerData = {
  readonly engines: EngineConfig;
  /** Threads that fold plays beside this one. */
  readonly helpers: number;
};

/** A settlement without its lines, which are asked for by their number. */
export type Head = Omit<Settled, 'lines'> & { readonly lines: number };

const LINES_AT_ONCE = 1_000;

const port = parentPort;
if (!port) throw new Error('This file runs in a worker thread.');
const { engines, helpers } = workerData as SettlementWorkerData;

const sources = await openSettlementSources(engines);
let lines: Settled['lines'] = [];

const helper = (month: MonthToFold): Folder => {
  const data: FoldWorkerData = { engines, month };
  const thread = new CalledThread(
    new Worker(new URL('./fold-worker.js', import.meta.url), { workerData: data }),
  );
  return {
    fold: (number, keys) => thread.ask('fold', { number, keys }),
    placeAt: (number, before) => void thread.ask('placeAt', { number, before }).catch(() => undefined),
    part: () => thread.ask('part', undefined),
    close: () => thread.end(),
  };
};

serveCalls(port, {
  settle: async (what: ToSettle): Promise<Head> => {
    const settled = await settlePeriod(sources, what, (month) => [
      ...Array.from({ length: helpers }, () => helper(month)),
      new MonthFold(sources, month),
    ]);
    ({ lines } = settled);
    return { summary: settled.summary, journals: settled.journals, lines: lines.length };
  },
  lines: (from: number): Settled['lines'] => lines.slice(from, from + LINES_AT_ONCE),
});
