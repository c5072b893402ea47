import { parentPort, workerData } from 'node:worker_threads';
import { MonthFold, type MonthToFold } from '../../application/royalty/settlement/month-fold.js';
import type { KeyRange } from '../../application/ports/read-models.js';
import type { Leaves } from '../../domain/royalty/counting/play-roots.js';
import type { UsagePart } from '../../domain/royalty/sharing/usage-part.js';
import type { EngineConfig } from '../engines.js';
import { openSettlementSources } from './settlement-sources.js';
import { serveRequests, Transferred } from './thread-requests.js';

/** The month whose plays this thread folds a share of. */
export type UsageWorkerData = { readonly engines: EngineConfig; readonly month: MonthToFold };

const port = parentPort;
if (!port) throw new Error('This file runs in a worker thread.');
const { engines, month } = workerData as UsageWorkerData;

const fold = new MonthFold(await openSettlementSources(engines), month);

/** The large columns of a part are moved, not copied. */
const transferred = (part: UsagePart): Transferred<UsagePart> => {
  const columns = part.ranges.flatMap(({ users }) => [users.tracks, users.credits]);
  return new Transferred(
    part,
    [part.tracks.sums, ...columns].map(({ buffer }) => buffer as ArrayBuffer),
  );
};

const handlers = {
  fold: ({ number, keys }: { readonly number: number; readonly keys: KeyRange }) => fold.fold(number, keys),
  placeAt: ({ number, before }: { readonly number: number; readonly before: Leaves }) =>
    fold.placeAt(number, before),
  part: async () => transferred(await fold.part()),
};

/** What this thread serves. */
export type UsageHandlers = typeof handlers;

serveRequests(port, handlers);
