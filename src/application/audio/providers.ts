import type { Provider } from '@nestjs/common';
import { RecordDeliveriesHandler } from './commands.js';

/** The command handlers, query handlers and services of this context. */
export const audioProviders: readonly Provider[] = [RecordDeliveriesHandler];
