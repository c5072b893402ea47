import { RestatePeriodHandler } from '../application/royalty/settlement.commands.js';
import { SettleCaseHandler } from '../application/royalty/settle-case.js';
import { Freshness } from '../application/projecting/freshness.js';
import type { EventSchemas } from '../application/ports/event-schemas.js';
import type { EventStore } from '../application/ports/event-store.js';
import type { ProjectionStatus } from '../application/ports/projection-status.js';
import type { ReadModels } from '../application/ports/read-models.js';
import type { SettlementThreads } from '../application/royalty/settlement/settlement-threads.js';
import type { Timer } from '../application/ports/timer.js';
import { creditAccounts } from '../application/royalty/credit-accounts.js';
import { openConflictCases } from '../application/integrity/open-conflict-cases.js';
import type { Process } from '../application/projecting/process-runner.js';
import { settleCases } from '../application/royalty/settle-cases.js';
import { BookWriter } from '../application/royalty/settlement/book-writer.js';
import { MoneyProjections } from '../application/royalty/settlement/money-projections.js';
import { SettlementLog } from '../application/royalty/settlement/settlement-log.js';
import { Settler } from '../application/royalty/settlement/settler.js';
import { Streams } from '../application/streams/streams.js';
import { NodeDigests } from '../infrastructure/identity/node-digests.js';
import { UuidIds } from '../infrastructure/identity/uuid-ids.js';

/** Everything that follows from events by itself, upon the adapters of a thread without a framework. */
export const processesUpon = (ground: {
  readonly store: EventStore;
  readonly models: ReadModels;
  readonly schemas: EventSchemas;
  readonly timer: Timer;
  readonly status: ProjectionStatus;
  readonly settlements: SettlementThreads;
}): readonly Process[] => {
  const { store, models, schemas, timer, status, settlements } = ground;
  const ids = new UuidIds();
  const digests = new NodeDigests();
  const streams = new Streams(store, schemas, ids);
  const freshness = new Freshness(models, timer);
  const log = new SettlementLog(store, schemas, models, freshness);
  const money = new MoneyProjections(status, freshness);
  const settler = new Settler(log, models, digests, settlements);
  const books = new BookWriter(store, schemas, ids);
  const restatements = new RestatePeriodHandler(streams, log, money, settler, books, ids);
  const settling = new SettleCaseHandler(streams, log, restatements);
  return [
    creditAccounts(streams, ids),
    openConflictCases(streams, log, ids, digests),
    settleCases((command) => settling.execute(command), log, ids),
  ];
};
