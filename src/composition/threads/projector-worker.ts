import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { ChannelledEventStore } from './channelled-event-store.js';
import { ProcessRunner } from '../../application/projecting/process-runner.js';
import { Projectors } from '../../application/projecting/projectors.js';
import { type EngineConfig, type HeadSignal, openLogForReading, openReadModels } from '../engines.js';
import { ZodEventSchemas } from '../../infrastructure/events/zod-event-schemas.js';
import { SystemTimer } from '../../infrastructure/identity/system-timer.js';
import { processesWith } from '../processes.js';
import { projections } from '../../projections/all.js';
import type { MainHandlers } from './main-handlers.js';
import { SettlementThread } from './settlement-thread.js';
import { RequestClient, serveRequests } from './thread-requests.js';

export type ProjectorWorkerData = {
  readonly engines: EngineConfig;
  /** The head of the embedded log, which only the main thread may write; absent for a log that this thread may write. */
  readonly head?: HeadSignal;
  /** Where the main thread serves this one. */
  readonly main: MessagePort;
  /** The role `projector`: keep the read models up with the log. */
  readonly projects: boolean;
  /** The role `scheduler`: run the processes, which react to events. */
  readonly reacts: boolean;
};

const REPORT_EVERY_MS = 100;

const port = parentPort;
if (!port) throw new Error('This file runs in a worker thread.');
const { engines, head, main: mainPort, projects, reacts } = workerData as ProjectorWorkerData;

const main = new RequestClient<MainHandlers>(mainPort);
const reader = await openLogForReading(engines, head);
const store = head ? new ChannelledEventStore(reader, main) : reader;
const models = await openReadModels(engines);
const schemas = new ZodEventSchemas();
const timer = new SystemTimer();
const stopping = new AbortController();

const projectors = await Projectors.open(projects ? projections : [], { store, models, schemas, timer });
const status = { all: () => projectors.status() };
const settlements = new SettlementThread(engines);
const processes = reacts ? processesWith({ store, models, schemas, timer, status, settlements }) : [];
const runners = processes.map((process) => new ProcessRunner(process, store, models, schemas, timer));

const handlers = {
  stop: (): void => {
    stopping.abort();
    void settlements.close();
  },
  rebuild: (name: string): void => void projectors.rebuild(name),
};

/** What this thread serves. */
export type ProjectorHandlers = typeof handlers;

serveRequests(port, handlers);

const report = () =>
  main.request('report', {
    projections: projectors.status(),
    processes: runners.map((runner) => runner.status),
  });
const reporting = setInterval(() => void report().catch(() => undefined), REPORT_EVERY_MS);

await Promise.all([projectors.run(stopping.signal), ...runners.map((runner) => runner.run(stopping.signal))]);
if (!stopping.signal.aborted)
  await new Promise<void>((resolve) => stopping.signal.addEventListener('abort', () => resolve()));
clearInterval(reporting);
await report();
await store.close();
await models.close();
mainPort.close();
port.close();
