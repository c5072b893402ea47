import { ReadYourWrites } from '../../src/application/projecting/read-your-writes.js';
import { BookWriter } from '../../src/application/royalty/settlement/book-writer.js';
import { inputsOf } from '../../src/application/royalty/settlement/period-log.js';
import { SettlementLog } from '../../src/application/royalty/settlement/settlement-log.js';
import { SettlementDispatcher } from '../../src/application/royalty/settlement/settlement-dispatcher.js';
import { periodIdOf } from '../../src/domain/royalty/periods/period-id.js';
import { ZodEventSchemas } from '../../src/infrastructure/events/zod-event-schemas.js';
import { EmbeddedEventStore } from '../../src/infrastructure/eventstore/embedded/embedded-event-store.js';
import { NodeDigests } from '../../src/infrastructure/identity/node-digests.js';
import { SystemTimer } from '../../src/infrastructure/identity/system-timer.js';
import { UuidIds } from '../../src/infrastructure/identity/uuid-ids.js';
import { EmbeddedReadModels } from '../../src/infrastructure/readmodels/embedded/embedded-read-models.js';
import { royaltyPlays } from '../../src/projections/royalty/royalty-plays.js';
import { SettlementThread } from '../../src/composition/threads/settlement-thread.js';
import { peakMiB } from '../harness/peak-memory.js';
import { hashOfModel, type ModelName, MONTH } from '../workload/month.js';

export type Closed = {
  readonly plays: number;
  readonly linesRoot: string;
  readonly ms: number;
  readonly cpuMs: number;
  /** Statement and journals made durable, on top of `ms`. */
  readonly booksMs: number;
  readonly peakMiB: number;
};

type Input = { readonly folder: string; readonly model: ModelName; readonly number: number };

/**
 * Settles the month in `folder` and writes its books under `number`, which must be new, as the close does. Settles the
 * small month in `warmUp` first, to warm up the compiler.
 */
export const measure = async ({ warmUp, ...input }: Input & { readonly warmUp: string }): Promise<Closed> => {
  await closed({ ...input, folder: warmUp });
  return closed(input);
};

const closed = async ({ folder, model, number }: Input): Promise<Closed> => {
  const store = new EmbeddedEventStore(folder);
  const models = EmbeddedReadModels.reader(folder);
  const schemas = new ZodEventSchemas();
  const log = new SettlementLog(store, schemas, models, new ReadYourWrites(models, new SystemTimer()));
  const settlements = new SettlementThread({ dataDir: folder });
  const settler = new SettlementDispatcher(log, models, new NodeDigests(), settlements);
  const writer = new BookWriter(store, schemas, new UuidIds());
  const periodId = periodIdOf(MONTH);

  const cpu = process.cpuUsage();
  const from = performance.now();
  const { summary, lines, journals } = await settler.compute({
    period: MONTH,
    rulesetHash: hashOfModel(model),
    // The books of other runs are after this position.
    fence: String(await models.position(royaltyPlays)),
    inputs: inputsOf(await log.period(periodId), 0),
  });
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(cpu);
  const { linesRoot } = summary;
  await writer.write({ periodId, number, lines, journals, linesRoot, at: 0 });
  const booksMs = performance.now() - from - ms;

  await models.close();
  await store.close();
  const cpuMs = (user + system) / 1_000;
  return { plays: summary.counted, linesRoot, ms, cpuMs, booksMs, peakMiB: peakMiB() };
};
