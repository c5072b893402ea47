import { artists } from './artists.js';
import { accountBalances, waitingMoney } from './ledger.js';
import { cases } from './cases.js';
import { deliveries } from './deliveries.js';
import { listeningHistory } from './listening-history.js';
import { nowPlaying } from './now-playing.js';
import { payeeAccountEntries, payeeAccounts } from './payee-accounts.js';
import { periodInputs, periods } from './periods.js';
import { playCounts } from './play-counts.js';
import { playReports } from './play-reports.js';
import type { AnyProjection } from './projection.js';
import { rightsClaims } from './rights-claims.js';
import { royaltyPlays } from './royalty-plays.js';
import { royaltyUsage, royaltyUsageByTrack } from './royalty-usage.js';
import { payeeLines, payeeStatements, statementLines, statements } from './statements.js';
import { rulesetActivations, rulesets } from './rulesets.js';
import { trackChanges } from './track-changes.js';
import { trackCorrections } from './track-corrections.js';
import { tracks } from './tracks.js';

/** Every read model there is. */
export const projections: readonly AnyProjection[] = [
  artists,
  tracks,
  trackCorrections,
  trackChanges,
  nowPlaying,
  listeningHistory,
  playCounts,
  royaltyPlays,
  playReports,
  deliveries,
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
  rightsClaims,
  payeeAccounts,
  payeeAccountEntries,
  cases,
];
