import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { accountHandlers } from './application/royalty/accounts.commands.js';
import { caseHandlers } from './application/integrity/commands.js';
import { deliveryHandlers } from './application/audio/commands.js';
import { catalogueHandlers } from './application/catalogue/commands.js';
import { examinationHandlers } from './application/integrity/examination.commands.js';
import { periodHandlers } from './application/royalty/periods.commands.js';
import { playbackHandlers } from './application/playback/commands.js';
import { rightsHandlers } from './application/rights/commands.js';
import { rulesetHandlers } from './application/royalty/rulesets.commands.js';
import { caseDecisionHandlers } from './application/royalty/apply-case-decision.js';
import { closingHandlers } from './application/royalty/closing.commands.js';
import { ReadYourWrites } from './application/projecting/read-your-writes.js';
import { Live } from './application/projecting/live.js';
import { AccessTokens } from './application/ports/access-tokens.js';
import { Clock } from './application/ports/clock.js';
import { Digests } from './application/ports/digests.js';
import { EventSchemas } from './application/ports/event-schemas.js';
import { EventStore } from './application/ports/event-store.js';
import { FailStop } from './application/ports/fail-stop.js';
import { Ids } from './application/ports/ids.js';
import { ProjectionStatus } from './application/ports/projection-status.js';
import { Rebuilds } from './application/ports/rebuilds.js';
import { ReadModels } from './application/ports/read-models.js';
import { SettlementThreads } from './application/royalty/settlement/settlement-threads.js';
import { Telemetry } from './application/ports/telemetry.js';
import { Timer } from './application/ports/timer.js';
import { CloseSilentPlays } from './application/playback/close-silent-plays.js';
import { accountQueryHandlers } from './application/royalty/accounts.queries.js';
import { caseQueryHandlers } from './application/integrity/queries.js';
import { catalogueQueryHandlers } from './application/catalogue/queries.js';
import { examinationQueryHandlers } from './application/integrity/examination.queries.js';
import { ledgerQueryHandlers } from './application/royalty/ledger.queries.js';
import { explainPlayHandlers } from './application/royalty/explain-play.js';
import { listeningHistoryHandlers } from './application/playback/listening-history.js';
import { nowPlayingHandlers } from './application/playback/now-playing.js';
import { periodQueryHandlers } from './application/royalty/periods.queries.js';
import { playCountsHandlers } from './application/playback/play-counts.js';
import { rightsQueryHandlers } from './application/rights/queries.js';
import { royaltyUsageHandlers } from './application/royalty/usage.queries.js';
import { rulesetQueryHandlers } from './application/royalty/rulesets.queries.js';
import { StatementExport } from './application/royalty/statement-export.js';
import { statementQueryHandlers } from './application/royalty/statements.queries.js';
import { Replays } from './application/royalty/replay/replays.js';
import { Streams } from './application/streams/streams.js';
import type { Config } from './infrastructure/config.js';
import { AccessGuard } from './infrastructure/http/routes/access.guard.js';
import { AccountsController } from './infrastructure/http/royalty/accounts.controller.js';
import { CasesController } from './infrastructure/http/integrity/cases.controller.js';
import { DeliveriesController } from './infrastructure/http/audio/deliveries.controller.js';
import { CatalogueController } from './infrastructure/http/catalogue/catalogue.controller.js';
import { ChartsController } from './infrastructure/http/playback/charts.controller.js';
import { ApiDescription, DocsController } from './infrastructure/http/operations/docs.controller.js';
import { Drain } from './infrastructure/http/edge/drain.js';
import { EventStreams } from './infrastructure/http/routes/event-streams.js';
import { ExaminationController } from './infrastructure/http/integrity/examination.controller.js';
import { IdempotencyMemory } from './infrastructure/http/edge/idempotency.js';
import { Intake } from './infrastructure/http/routes/intake.guard.js';
import { LedgerController } from './infrastructure/http/royalty/ledger.controller.js';
import { NowPlayingEventsController } from './infrastructure/http/playback/now-playing-events.controller.js';
import { LongAnswers } from './infrastructure/http/edge/long-answers.js';
import { OperationsController } from './infrastructure/http/operations/operations.controller.js';
import { OperatorAccess } from './infrastructure/http/edge/operator-access.js';
import { PeriodsController } from './infrastructure/http/royalty/periods.controller.js';
import { PayeeStatementsController } from './infrastructure/http/royalty/payee-statements.controller.js';
import { PlaysController } from './infrastructure/http/playback/plays.controller.js';
import { ProblemFilter } from './infrastructure/http/routes/problem.filter.js';
import { LateReportLimit, PlayLimit, RateLimit } from './infrastructure/http/edge/rate-limit.js';
import { Readiness } from './infrastructure/http/operations/readiness.js';
import { ProjectionsController } from './infrastructure/http/operations/projections.controller.js';
import { ReplaysController } from './infrastructure/http/royalty/replays.controller.js';
import { RightsController } from './infrastructure/http/rights/rights.controller.js';
import { RoyaltiesController } from './infrastructure/http/royalty/royalties.controller.js';
import { RoyaltyPlaysController } from './infrastructure/http/royalty/royalty-plays.controller.js';
import { RulesetsController } from './infrastructure/http/royalty/rulesets.controller.js';
import { SettlementController } from './infrastructure/http/royalty/settlement.controller.js';
import { StatementsController } from './infrastructure/http/royalty/statements.controller.js';
import { NodeDigests } from './infrastructure/identity/node-digests.js';

/** What the application stands on: configuration, and an adapter for every port. */
export type Dependencies = {
  readonly config: Config;
  readonly store: EventStore;
  readonly models: ReadModels;
  readonly schemas: EventSchemas;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly ids: Ids;
  readonly tokens: AccessTokens;
  readonly telemetry: Telemetry;
  readonly projections: ProjectionStatus & Rebuilds;
  readonly settlements: SettlementThreads;
  readonly failStop: FailStop;
};

@Module({})
export class AppModule {
  static with(dependencies: Dependencies): DynamicModule {
    return {
      module: AppModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        ...(dependencies.config.roles.has('api') ? api : []),
        ProjectionsController,
        OperationsController,
      ],
      providers: [...ports(dependencies), ...application, ...edge(dependencies.config)],
    };
  }
}

/** What only processes in the role `api` serve. */
const api: Type[] = [
  // First, since routes are tried in this order and most requests are for these.
  PlaysController,
  CatalogueController,
  NowPlayingEventsController,
  ChartsController,
  RoyaltiesController,
  RulesetsController,
  PeriodsController,
  RightsController,
  // Before accounts by payee: `ageing` is no payee.
  LedgerController,
  AccountsController,
  CasesController,
  DeliveriesController,
  ExaminationController,
  SettlementController,
  StatementsController,
  PayeeStatementsController,
  ReplaysController,
  RoyaltyPlaysController,
  DocsController,
];

const ports = (dependencies: Dependencies): Provider[] => [
  { provide: EventStore, useValue: dependencies.store },
  { provide: ReadModels, useValue: dependencies.models },
  { provide: EventSchemas, useValue: dependencies.schemas },
  { provide: Clock, useValue: dependencies.clock },
  { provide: Timer, useValue: dependencies.timer },
  { provide: Ids, useValue: dependencies.ids },
  { provide: AccessTokens, useValue: dependencies.tokens },
  { provide: Telemetry, useValue: dependencies.telemetry },
  { provide: ProjectionStatus, useValue: dependencies.projections },
  { provide: Rebuilds, useValue: dependencies.projections },
  { provide: SettlementThreads, useValue: dependencies.settlements },
  { provide: FailStop, useValue: dependencies.failStop },
  { provide: Digests, useClass: NodeDigests },
];

const application: Provider[] = [
  Streams,
  ReadYourWrites,
  Live,
  ...catalogueHandlers,
  ...playbackHandlers,
  ...catalogueQueryHandlers,
  ...nowPlayingHandlers,
  ...listeningHistoryHandlers,
  ...playCountsHandlers,
  ...royaltyUsageHandlers,
  ...rulesetHandlers,
  ...rulesetQueryHandlers,
  ...periodHandlers,
  ...periodQueryHandlers,
  ...rightsHandlers,
  ...rightsQueryHandlers,
  ...accountHandlers,
  ...accountQueryHandlers,
  ...caseHandlers,
  ...deliveryHandlers,
  ...caseQueryHandlers,
  ...closingHandlers,
  ...caseDecisionHandlers,
  ...examinationHandlers,
  ...examinationQueryHandlers,
  ...explainPlayHandlers,
  ...statementQueryHandlers,
  ...ledgerQueryHandlers,
  StatementExport,
  Replays,
  CloseSilentPlays,
];

const edge = (config: Config): Provider[] => [
  Drain,
  Readiness,
  EventStreams,
  LongAnswers,
  ApiDescription,
  IdempotencyMemory,
  {
    provide: RateLimit,
    useValue: new RateLimit({ perSecond: config.ratePerSecond, burst: config.rateBurst }),
  },
  { provide: PlayLimit, useValue: new PlayLimit(config.playsPerMinute) },
  { provide: LateReportLimit, useValue: new LateReportLimit(config.playsPerMinute) },
  { provide: OperatorAccess, useValue: new OperatorAccess(config.metricsToken, config.production) },
  { provide: APP_GUARD, useClass: AccessGuard },
  { provide: APP_GUARD, useClass: Intake },
  { provide: APP_FILTER, useClass: ProblemFilter },
];
