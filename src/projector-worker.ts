import { parentPort, workerData } from 'node:worker_threads';
import { Projectors } from './application/projectors.js';
import { type EngineConfig, type HeadSignal, openLogForReading, openReadModels } from './engines.js';
import { ZodEventSchemas } from './infrastructure/events/zod-event-schemas.js';
import { SystemTimer } from './infrastructure/identity/system-timer.js';
import { projections } from './projections/all.js';

export type ProjectorWorkerData = { readonly engines: EngineConfig; readonly head?: HeadSignal };

const STATUS_EVERY_MS = 100;

const port = parentPort;
if (!port) throw new Error('This file runs in a worker thread.');
const { engines, head } = workerData as ProjectorWorkerData;

const store = await openLogForReading(engines, head);
const models = await openReadModels(engines);
const stopping = new AbortController();
const projectors = await Projectors.open(projections, {
  store,
  models,
  schemas: new ZodEventSchemas(),
  timer: new SystemTimer(),
});

const report = () => port.postMessage(projectors.status());
const reporting = setInterval(report, STATUS_EVERY_MS);
port.once('message', () => stopping.abort());

await projectors.run(stopping.signal);
clearInterval(reporting);
report();
await store.close();
await models.close();
port.close();
