import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Projectors } from '../../src/application/projecting/projectors.js';
import { ZodEventSchemas } from '../../src/infrastructure/events/zod-event-schemas.js';
import { SystemTimer } from '../../src/infrastructure/identity/system-timer.js';
import { EmbeddedLogReader } from '../../src/infrastructure/eventstore/embedded/embedded-log-reader.js';
import { EmbeddedReadModels } from '../../src/infrastructure/readmodels/embedded/embedded-read-models.js';
import { PROJECTIONS } from '../workload/projections.js';

export type Projected = { readonly ms: number; readonly cpuMs: number };

/**
 * Milliseconds until the four projections have reached the head of the log in `log`, starting with empty read models,
 * after a warm-up with the log in `warmUp` and other read models.
 */
export const measure = async (input: {
  readonly log: string;
  readonly warmUp: string;
  readonly folder: string;
}): Promise<Projected> => {
  await project(input.warmUp, join(input.folder, 'warm-up'));
  const cpu = process.cpuUsage();
  const from = performance.now();
  await project(input.log, join(input.folder, 'models'));
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1_000 };
};

const project = async (log: string, into: string): Promise<void> => {
  mkdirSync(into);
  const store = new EmbeddedLogReader(log);
  const models = EmbeddedReadModels.writer(into);
  const projectors = await Projectors.open(PROJECTIONS, {
    store,
    models,
    schemas: new ZodEventSchemas(),
    timer: new SystemTimer(),
  });
  await projectors.run(new AbortController().signal, true);
  const head = await store.head();
  for (const { name, state, position, error } of projectors.status()) {
    if (error !== undefined || position < head)
      throw new Error(`${name} is ${state} at ${position}: ${error}`);
  }
  await models.close();
  await store.close();
};
