import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { audioProviders } from './application/audio/providers.js';
import { catalogueProviders } from './application/catalogue/providers.js';
import { integrityProviders } from './application/integrity/providers.js';
import { playbackProviders } from './application/playback/providers.js';
import { AccessTokens } from './application/ports/access-tokens.js';
import { Clock } from './application/ports/clock.js';
import { Digests } from './application/ports/digests.js';
import { EventSchemas } from './application/ports/event-schemas.js';
import { EventStore } from './application/ports/event-store.js';
import { FailStop } from './application/ports/fail-stop.js';
import { Ids } from './application/ports/ids.js';
import { ProjectionStatus } from './application/ports/projection-status.js';
import { ReadModels } from './application/ports/read-models.js';
import { Rebuilds } from './application/ports/rebuilds.js';
import { Telemetry } from './application/ports/telemetry.js';
import { Timer } from './application/ports/timer.js';
import { LiveReads } from './application/projecting/live-reads.js';
import { ReadYourWrites } from './application/projecting/read-your-writes.js';
import { rightsProviders } from './application/rights/providers.js';
import { royaltyProviders } from './application/royalty/providers.js';
import { SettlementThreads } from './application/royalty/settlement/settlement-threads.js';
import { Streams } from './application/streams/streams.js';
import type { Config } from './infrastructure/config.js';
import { audioControllers } from './infrastructure/http/audio/controllers.js';
import { catalogueControllers } from './infrastructure/http/catalogue/controllers.js';
import { integrityControllers } from './infrastructure/http/integrity/controllers.js';
import { DocsController } from './infrastructure/http/operations/docs.controller.js';
import { OperationsController } from './infrastructure/http/operations/operations.controller.js';
import { ProjectionsController } from './infrastructure/http/operations/projections.controller.js';
import { playbackControllers } from './infrastructure/http/playback/controllers.js';
import { httpProviders } from './infrastructure/http/providers.js';
import { rightsControllers } from './infrastructure/http/rights/controllers.js';
import { royaltyControllers } from './infrastructure/http/royalty/controllers.js';
import { NodeDigests } from './infrastructure/identity/node-digests.js';

/** The dependencies of the application: configuration, and an adapter for every port. */
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
      providers: [...ports(dependencies), ...application, ...httpProviders(dependencies.config)],
    };
  }
}

/** Served only by processes in the role `api`. */
const api: readonly Type[] = [
  // First, since routes are tried in this order and most requests are for these.
  ...playbackControllers,
  ...catalogueControllers,
  ...audioControllers,
  ...rightsControllers,
  ...royaltyControllers,
  ...integrityControllers,
  DocsController,
];

const application: readonly Provider[] = [
  Streams,
  ReadYourWrites,
  LiveReads,
  ...catalogueProviders,
  ...playbackProviders,
  ...audioProviders,
  ...rightsProviders,
  ...royaltyProviders,
  ...integrityProviders,
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
