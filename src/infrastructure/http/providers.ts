import type { Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import type { Config } from '../config.js';
import { Drain } from './edge/drain.js';
import { IdempotencyMemory } from './edge/idempotency.js';
import { LongResponses } from './edge/long-responses.js';
import { OperatorAccess } from './edge/operator-access.js';
import { LateReportLimit, PlayLimit, RateLimit } from './edge/rate-limit.js';
import { ApiDescription } from './operations/docs.controller.js';
import { Readiness } from './operations/readiness.js';
import { AccessGuard } from './routes/access.guard.js';
import { EventStreams } from './routes/event-streams.js';
import { Intake } from './routes/intake.guard.js';
import { ProblemFilter } from './routes/problem.filter.js';

/** The providers that all routes share: guards, limits, the problem filter, long responses. */
export const httpProviders = (config: Config): readonly Provider[] => [
  Drain,
  Readiness,
  EventStreams,
  LongResponses,
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
