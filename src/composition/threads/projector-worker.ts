import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { ChannelledEventStore } from './append-channel.js';
import type { ProjectionState } from '../../application/ports/projection-status.js';
import { ProcessRunner, type ProcessState } from '../../application/projecting/process-runner.js';
import { Projectors } from '../../application/projecting/projectors.js';
import { type EngineConfig, type HeadSignal, openLogForReading, openReadModels } from '../engines.js';
import { ZodEventSchemas } from '../../infrastructure/events/zod-event-schemas.js';
import { SystemTimer } from '../../infrastructure/identity/system-timer.js';
import { processesWith } from '../processes.js';
import { projections } from '../../projections/all.js';
import { SettlementThread } from './settlement-thread.js';

export type ProjectorWorkerData = {
  readonly engines: EngineConfig;
  readonly head?: HeadSignal;
  /** Where appends are made, when the log is one that only the main thread may write. */
  readonly appends?: MessagePort;
  /** The role `projector`: keep the read models up with the log. */
  readonly projects: boolean;
  /** The role `scheduler`: carry out what follows from events. */
  readonly reacts: boolean;
};

/** What the main thread asks of this one. */
export type ProjectorOrder = { readonly do: 'stop' } | { readonly do: 'rebuild'; readonly name: string };

/** How far this thread has come. */
export type ProjectorReport = {
  readonly projections: readonly ProjectionState[];
  readonly processes: readonly ProcessState[];
};

const STATUS_EVERY_MS = 100;

const port = parentPort;
if (!port) throw new Error('This file runs in a worker thread.');
const { engines, head, appends, projects, reacts } = workerData as ProjectorWorkerData;

const reader = await openLogForReading(engines, head);
const store = appends ? new ChannelledEventStore(reader, appends) : reader;
const models = await openReadModels(engines);
const schemas = new ZodEventSchemas();
const timer = new SystemTimer();
const stopping = new AbortController();

const projectors = await Projectors.open(projects ? projections : [], { store, models, schemas, timer });
const status = { all: () => projectors.status() };
const settlements = new SettlementThread(engines);
const processes = reacts ? processesWith({ store, models, schemas, timer, status, settlements }) : [];
const runners = processes.map((process) => new ProcessRunner(process, store, models, schemas, timer));

const report = () =>
  port.postMessage({
    projections: projectors.status(),
    processes: runners.map(({ status }) => status),
  } satisfies ProjectorReport);
const reporting = setInterval(report, STATUS_EVERY_MS);
port.on('message', (order: ProjectorOrder) => {
  if (order.do === 'stop') {
    stopping.abort();
    void settlements.close();
  } else projectors.rebuild(order.name);
});

await Promise.all([projectors.run(stopping.signal), ...runners.map((runner) => runner.run(stopping.signal))]);
if (!stopping.signal.aborted)
  await new Promise<void>((stopped) => stopping.signal.addEventListener('abort', () => stopped()));
clearInterval(reporting);
report();
await store.close();
await models.close();
port.close();
