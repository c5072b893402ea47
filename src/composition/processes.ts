import { RestatePeriodHandler } from '../application/royalty/closing.commands.js';
import { ApplyCaseDecisionHandler } from '../application/royalty/apply-case-decision.js';
import { ReadYourWrites } from '../application/projecting/read-your-writes.js';
import type { EventSchemas } from '../application/ports/event-schemas.js';
import type { EventStore } from '../application/ports/event-store.js';
import type { ProjectionStatus } from '../application/ports/projection-status.js';
import type { ReadModels } from '../application/ports/read-models.js';
import type { SettlementThreads } from '../application/royalty/settlement/settlement-threads.js';
import type { Timer } from '../application/ports/timer.js';
import { creditAccounts } from '../application/royalty/credit-accounts.js';
import { openConflictCases } from '../application/integrity/open-conflict-cases.js';
import type { Process } from '../application/projecting/process-runner.js';
import { caseDecisionProcess } from '../application/royalty/case-decision-process.js';
import { BookWriter } from '../application/royalty/settlement/book-writer.js';
import { MoneyProjections } from '../application/royalty/settlement/money-projections.js';
import { SettlementLog } from '../application/royalty/settlement/settlement-log.js';
import { SettlementDispatcher } from '../application/royalty/settlement/settlement-dispatcher.js';
import { Streams } from '../application/streams/streams.js';
import { NodeDigests } from '../infrastructure/identity/node-digests.js';
import { UuidIds } from '../infrastructure/identity/uuid-ids.js';

/** The processes that react to events, wired to the adapters of their thread without a framework. */
export const processesWith = (dependencies: {
  readonly store: EventStore;
  readonly models: ReadModels;
  readonly schemas: EventSchemas;
  readonly timer: Timer;
  readonly status: ProjectionStatus;
  readonly settlements: SettlementThreads;
}): readonly Process[] => {
  const { store, models, schemas, timer, status, settlements } = dependencies;
  const ids = new UuidIds();
  const digests = new NodeDigests();
  const streams = new Streams(store, schemas, ids);
  const readYourWrites = new ReadYourWrites(models, timer);
  const log = new SettlementLog(store, schemas, models, readYourWrites);
  const money = new MoneyProjections(status, readYourWrites);
  const dispatcher = new SettlementDispatcher(log, models, digests, settlements);
  const books = new BookWriter(store, schemas, ids);
  const restatements = new RestatePeriodHandler(streams, log, money, dispatcher, books, ids);
  const settling = new ApplyCaseDecisionHandler(streams, log, restatements);
  return [
    creditAccounts(streams, ids),
    openConflictCases(streams, log, ids, digests),
    caseDecisionProcess((command) => settling.execute(command), log, ids),
  ];
};
