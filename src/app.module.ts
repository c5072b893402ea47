import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { accountHandlers } from './application/commands/accounts.js';
import { caseHandlers } from './application/commands/cases.js';
import { deliveryHandlers } from './application/commands/deliveries.js';
import { catalogueHandlers } from './application/commands/catalogue.js';
import { examinationHandlers } from './application/commands/examination.js';
import { periodHandlers } from './application/commands/periods.js';
import { playbackHandlers } from './application/commands/playback.js';
import { rightsHandlers } from './application/commands/rights.js';
import { rulesetHandlers } from './application/commands/rulesets.js';
import { settleCaseHandlers } from './application/commands/settle-case.js';
import { settlementHandlers } from './application/commands/settlement.js';
import { Freshness } from './application/freshness.js';
import { Live } from './application/live.js';
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
import { SettlementThreads } from './application/ports/settlement-threads.js';
import { Telemetry } from './application/ports/telemetry.js';
import { Timer } from './application/ports/timer.js';
import { CloseSilentPlays } from './application/processes/close-silent-plays.js';
import { accountQueryHandlers } from './application/queries/accounts.js';
import { caseQueryHandlers } from './application/queries/cases.js';
import { catalogueQueryHandlers } from './application/queries/catalogue.js';
import { examinationQueryHandlers } from './application/queries/examination.js';
import { ledgerQueryHandlers } from './application/queries/ledger.js';
import { explainPlayHandlers } from './application/queries/explain-play.js';
import { listeningHistoryHandlers } from './application/queries/listening-history.js';
import { nowPlayingHandlers } from './application/queries/now-playing.js';
import { periodQueryHandlers } from './application/queries/periods.js';
import { playCountsHandlers } from './application/queries/play-counts.js';
import { rightsQueryHandlers } from './application/queries/rights.js';
import { royaltyUsageHandlers } from './application/queries/royalty-usage.js';
import { rulesetQueryHandlers } from './application/queries/rulesets.js';
import { StatementExport } from './application/queries/statement-export.js';
import { statementQueryHandlers } from './application/queries/statements.js';
import { Replays } from './application/replays.js';
import { Streams } from './application/streams.js';
import type { Config } from './infrastructure/config.js';
import { AccessGuard } from './infrastructure/http/access.guard.js';
import { AccountsController } from './infrastructure/http/accounts.controller.js';
import { CasesController } from './infrastructure/http/cases.controller.js';
import { DeliveriesController } from './infrastructure/http/deliveries.controller.js';
import { CatalogueController } from './infrastructure/http/catalogue.controller.js';
import { ChartsController } from './infrastructure/http/charts.controller.js';
import { ApiDescription, DocsController } from './infrastructure/http/docs.controller.js';
import { Drain } from './infrastructure/http/drain.js';
import { EventStreams } from './infrastructure/http/event-streams.js';
import { ExaminationController } from './infrastructure/http/examination.controller.js';
import { IdempotencyMemory } from './infrastructure/http/idempotency.js';
import { Intake } from './infrastructure/http/intake.guard.js';
import { LedgerController } from './infrastructure/http/ledger.controller.js';
import { NowPlayingEventsController } from './infrastructure/http/now-playing-events.controller.js';
import { LongAnswers } from './infrastructure/http/long-answers.js';
import { OperationsController } from './infrastructure/http/operations.controller.js';
import { OperatorAccess } from './infrastructure/http/operator-access.js';
import { PeriodsController } from './infrastructure/http/periods.controller.js';
import { PayeeStatementsController } from './infrastructure/http/payee-statements.controller.js';
import { PlaysController } from './infrastructure/http/plays.controller.js';
import { ProblemFilter } from './infrastructure/http/problem.filter.js';
import { LateReportLimit, PlayLimit, RateLimit } from './infrastructure/http/rate-limit.js';
import { Readiness } from './infrastructure/http/readiness.js';
import { ProjectionsController } from './infrastructure/http/projections.controller.js';
import { ReplaysController } from './infrastructure/http/replays.controller.js';
import { RightsController } from './infrastructure/http/rights.controller.js';
import { RoyaltiesController } from './infrastructure/http/royalties.controller.js';
import { RoyaltyPlaysController } from './infrastructure/http/royalty-plays.controller.js';
import { RulesetsController } from './infrastructure/http/rulesets.controller.js';
import { SettlementController } from './infrastructure/http/settlement.controller.js';
import { StatementsController } from './infrastructure/http/statements.controller.js';
import { NodeDigests } from './infrastructure/identity/node-digests.js';

/** What the application stands on: configuration, and an adapter for every port. */
export type Ground = {
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
  static with(ground: Ground): DynamicModule {
    return {
      module: AppModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        ...(ground.config.roles.has('api') ? api : []),
        ProjectionsController,
        OperationsController,
      ],
      providers: [...ports(ground), ...application, ...edge(ground.config)],
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

const ports = (ground: Ground): Provider[] => [
  { provide: EventStore, useValue: ground.store },
  { provide: ReadModels, useValue: ground.models },
  { provide: EventSchemas, useValue: ground.schemas },
  { provide: Clock, useValue: ground.clock },
  { provide: Timer, useValue: ground.timer },
  { provide: Ids, useValue: ground.ids },
  { provide: AccessTokens, useValue: ground.tokens },
  { provide: Telemetry, useValue: ground.telemetry },
  { provide: ProjectionStatus, useValue: ground.projections },
  { provide: Rebuilds, useValue: ground.projections },
  { provide: SettlementThreads, useValue: ground.settlements },
  { provide: FailStop, useValue: ground.failStop },
  { provide: Digests, useClass: NodeDigests },
];

const application: Provider[] = [
  Streams,
  Freshness,
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
  ...settlementHandlers,
  ...settleCaseHandlers,
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
