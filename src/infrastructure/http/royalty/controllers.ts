import type { Type } from '@nestjs/common';
import { AccountsController } from './accounts.controller.js';
import { LedgerController } from './ledger.controller.js';
import { PayeeStatementsController } from './payee-statements.controller.js';
import { PeriodsController } from './periods.controller.js';
import { ReplaysController } from './replays.controller.js';
import { RoyaltiesController } from './royalties.controller.js';
import { RoyaltyPlaysController } from './royalty-plays.controller.js';
import { RulesetsController } from './rulesets.controller.js';
import { SettlementController } from './settlement.controller.js';
import { StatementsController } from './statements.controller.js';

/** The controllers of this context. Routes are tried in this order. */
export const royaltyControllers: readonly Type[] = [
  RoyaltiesController,
  RulesetsController,
  PeriodsController,
  // Before accounts by payee: `ageing` is no payee.
  LedgerController,
  AccountsController,
  SettlementController,
  StatementsController,
  PayeeStatementsController,
  ReplaysController,
  RoyaltyPlaysController,
];
