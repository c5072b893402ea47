import { parentPort, type Transferable, workerData } from 'node:worker_threads';
import { MonthFold, type MonthToFold } from '../../application/royalty/settlement/month-fold.js';
import type { KeyRange } from '../../application/ports/read-models.js';
import type { Leaves } from '../../domain/royalty/counting/play-roots.js';
import type { UsagePart } from '../../domain/royalty/sharing/usage-part.js';
import type { EngineConfig } from '../engines.js';
import { openSettlementSources } from './settlement-sources.js';
import { serveCalls } from './thread-calls.js';

/** The month whose plays this thread helps to fold. */
export type UsageWorkerData = { readonly engines: EngineConfig; readonly month: MonthToFold };

const port = parentPort;
if (!port) throw new Error('This file runs in a worker thread.');
const { engines, month } = workerData as UsageWorkerData;

const fold = new MonthFold(await openSettlementSources(engines), month);

/** The large columns of a part. */
const columnsOf = ({ tracks, ranges }: UsagePart): Transferable[] => [
  tracks.sums.buffer as ArrayBuffer,
  ...ranges.flatMap(({ users }) => [users.tracks.buffer as ArrayBuffer, users.credits.buffer as ArrayBuffer]),
];

serveCalls(
  port,
  {
    fold: ({ number, keys }: { number: number; keys: KeyRange }) => fold.fold(number, keys),
    placeAt: ({ number, before }: { number: number; before: Leaves }) => fold.placeAt(number, before),
    part: () => fold.part(),
  },
  (answer) => (isPart(answer) ? columnsOf(answer) : []),
);

function isPart(answer: unknown): answer is UsagePart {
  return typeof answer === 'object' && answer !== null && 'ranges' in answer;
}
