import { replayPeriod } from '../../src/application/royalty/replay/replay-period.js';
import { ZodEventSchemas } from '../../src/infrastructure/events/zod-event-schemas.js';
import { EmbeddedLogReader } from '../../src/infrastructure/eventstore/embedded/embedded-log-reader.js';
import { NodeDigests } from '../../src/infrastructure/identity/node-digests.js';
import { peakMiB } from '../harness/peak-memory.js';
import { hashOfModel, type ModelName, MONTH } from '../workload/month.js';
import type { Pass } from './bare.js';

export type Replayed = Pass & { readonly linesRoot: string; readonly peakMiB: number };

type Input = { readonly folder: string; readonly model: ModelName };

/** Recomputes the month from its log, after a warm-up with the month in `warmUp`. */
export const measure = async ({
  warmUp,
  ...input
}: Input & { readonly warmUp: string }): Promise<Replayed> => {
  await replayed({ ...input, folder: warmUp });
  return replayed(input);
};

const replayed = async ({ folder, model }: Input): Promise<Replayed> => {
  const store = new EmbeddedLogReader(folder);
  const digests = new NodeDigests();
  const cpu = process.cpuUsage();
  const from = performance.now();
  const { summary } = await replayPeriod({
    store,
    schemas: new ZodEventSchemas(),
    sha256: (bytes) => digests.sha256(bytes),
    period: MONTH,
    rulesetHash: hashOfModel(model),
  });
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(cpu);
  await store.close();
  const { counted: plays, linesRoot } = summary;
  return { plays, linesRoot, ms, cpuMs: (user + system) / 1_000, peakMiB: peakMiB() };
};
