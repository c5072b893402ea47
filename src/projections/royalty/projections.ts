import type { AnyProjection } from '../projection.js';
import { accountBalances, waitingMoney } from './ledger.js';
import { payeeAccountEntries, payeeAccounts } from './payee-accounts.js';
import { periodInputs, periods } from './periods.js';
import { playReports } from './play-reports.js';
import { royaltyPlays } from './royalty-plays.js';
import { royaltyUsage, royaltyUsageByTrack } from './royalty-usage.js';
import { rulesetActivations, rulesets } from './rulesets.js';
import { payeeLines, payeeStatements, statementLines, statements } from './statements.js';

/** The read models of this context. */
export const royaltyProjections: readonly AnyProjection[] = [
  royaltyPlays,
  playReports,
  royaltyUsage,
  royaltyUsageByTrack,
  statements,
  statementLines,
  payeeLines,
  payeeStatements,
  accountBalances,
  waitingMoney,
  rulesets,
  rulesetActivations,
  periods,
  periodInputs,
  payeeAccounts,
  payeeAccountEntries,
];
