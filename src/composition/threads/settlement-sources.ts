import { ReadYourWrites } from '../../application/projecting/read-your-writes.js';
import type { SettlementSources } from '../../application/royalty/settlement/month-fold.js';
import { SettlementLog } from '../../application/royalty/settlement/settlement-log.js';
import { type EngineConfig, openLogForReading, openReadModelsForReading } from '../engines.js';
import { ZodEventSchemas } from '../../infrastructure/events/zod-event-schemas.js';
import { NodeDigests } from '../../infrastructure/identity/node-digests.js';
import { SystemTimer } from '../../infrastructure/identity/system-timer.js';

/** Opens the log and the read models for a settlement thread, for reading only. @throws {DataFolderUnusable} */
export const openSettlementSources = async (engines: EngineConfig): Promise<SettlementSources> => {
  const store = await openLogForReading(engines);
  const models = await openReadModelsForReading(engines);
  const log = new SettlementLog(
    store,
    new ZodEventSchemas(),
    models,
    new ReadYourWrites(models, new SystemTimer()),
  );
  return { log, models, digests: new NodeDigests() };
};
