import type { Provider } from '@nestjs/common';
import {
  AgreeTermsHandler,
  FailPayoutHandler,
  GrantAdvanceHandler,
  ProposePayoutHandler,
  ReleasePayoutHandler,
  ReverseAdvanceHandler,
} from './accounts.commands.js';
import { ListAccountEntriesHandler, ListAccountsHandler } from './accounts.queries.js';
import { ApplyCaseDecisionHandler } from './apply-case-decision.js';
import { ClosePeriodHandler, MakeProvisionalHandler, RestatePeriodHandler } from './closing.commands.js';
import { ExplainPlayHandler } from './explain-play.js';
import { ListBalancesHandler, ListWaitingMoneyHandler } from './ledger.queries.js';
import { RecordPeriodInputHandler, RecordPlanFeesHandler } from './periods.commands.js';
import { GetPeriodHandler, ListPeriodInputsHandler, ListPeriodsHandler } from './periods.queries.js';
import { Replays } from './replay/replays.js';
import { RestatementsDue } from './restatements-due.js';
import { ActivateRulesetHandler, PublishRulesetHandler } from './rulesets.commands.js';
import { GetRulesetHandler, ListActivationsHandler, ListRulesetsHandler } from './rulesets.queries.js';
import { BookWriter } from './settlement/book-writer.js';
import { MoneyProjections } from './settlement/money-projections.js';
import { RulesetsInForce } from './settlement/rulesets-in-force.js';
import { SettlementDispatcher } from './settlement/settlement-dispatcher.js';
import { SettlementLog } from './settlement/settlement-log.js';
import { StatementExport } from './statement-export.js';
import {
  GetPayeeStatementHandler,
  GetStatementHandler,
  ListPayeeStatementsHandler,
  ListStatementsHandler,
  ListTrackPlaysHandler,
} from './statements.queries.js';
import { GetListenerUsageHandler, GetRoyaltyUsageHandler } from './usage.queries.js';

/** The command handlers, query handlers and services of this context. */
export const royaltyProviders: readonly Provider[] = [
  GetRoyaltyUsageHandler,
  GetListenerUsageHandler,
  PublishRulesetHandler,
  ActivateRulesetHandler,
  GetRulesetHandler,
  ListRulesetsHandler,
  ListActivationsHandler,
  RecordPeriodInputHandler,
  RecordPlanFeesHandler,
  RestatementsDue,
  GetPeriodHandler,
  ListPeriodsHandler,
  ListPeriodInputsHandler,
  AgreeTermsHandler,
  GrantAdvanceHandler,
  ReverseAdvanceHandler,
  ProposePayoutHandler,
  ReleasePayoutHandler,
  FailPayoutHandler,
  ListAccountsHandler,
  ListAccountEntriesHandler,
  SettlementLog,
  SettlementDispatcher,
  BookWriter,
  MoneyProjections,
  RulesetsInForce,
  ClosePeriodHandler,
  MakeProvisionalHandler,
  RestatePeriodHandler,
  ApplyCaseDecisionHandler,
  ExplainPlayHandler,
  GetStatementHandler,
  ListStatementsHandler,
  ListPayeeStatementsHandler,
  GetPayeeStatementHandler,
  ListTrackPlaysHandler,
  ListWaitingMoneyHandler,
  ListBalancesHandler,
  StatementExport,
  Replays,
];
