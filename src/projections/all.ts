import { artists } from './catalogue/artists.js';
import { accountBalances, waitingMoney } from './royalty/ledger.js';
import { cases } from './integrity/cases.js';
import { deliveries } from './audio/deliveries.js';
import { listeningHistory } from './playback/listening-history.js';
import { nowPlaying } from './playback/now-playing.js';
import { payeeAccountEntries, payeeAccounts } from './royalty/payee-accounts.js';
import { periodInputs, periods } from './royalty/periods.js';
import { playCounts } from './playback/play-counts.js';
import { playReports } from './royalty/play-reports.js';
import type { AnyProjection } from './projection.js';
import { rightsClaims } from './rights/rights-claims.js';
import { royaltyPlays } from './royalty/royalty-plays.js';
import { royaltyUsage, royaltyUsageByTrack } from './royalty/royalty-usage.js';
import { payeeLines, payeeStatements, statementLines, statements } from './royalty/statements.js';
import { rulesetActivations, rulesets } from './royalty/rulesets.js';
import { trackChanges } from './catalogue/track-changes.js';
import { trackCorrections } from './catalogue/track-corrections.js';
import { tracks } from './catalogue/tracks.js';

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
