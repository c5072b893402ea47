import type { Provider } from '@nestjs/common';
import { ClaimSharesHandler, ResolveDisputeHandler } from './commands.js';
import { GetRightsHandler, ListDisputedHandler } from './queries.js';

/** The command handlers, query handlers and services of this context. */
export const rightsProviders: readonly Provider[] = [
  ClaimSharesHandler,
  ResolveDisputeHandler,
  GetRightsHandler,
  ListDisputedHandler,
];
