import type { Provider } from '@nestjs/common';
import { DecideCaseHandler, OpenCaseHandler, RecordModelScoreHandler } from './commands.js';
import { ExaminePeriodHandler } from './examination.commands.js';
import { GetCaseEvidenceHandler, GetSignalsHandler } from './examination.queries.js';
import { Examiner } from './examiner.js';
import { GetCaseHandler, ListCasesHandler } from './queries.js';

/** The command handlers, query handlers and services of this context. */
export const integrityProviders: readonly Provider[] = [
  OpenCaseHandler,
  RecordModelScoreHandler,
  DecideCaseHandler,
  GetCaseHandler,
  ListCasesHandler,
  Examiner,
  ExaminePeriodHandler,
  GetSignalsHandler,
  GetCaseEvidenceHandler,
];
