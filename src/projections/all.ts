import { artists } from './artists.js';
import { accountBalances, waitingMoney } from './ledger.js';
import { listeningHistory } from './listening-history.js';
import { nowPlaying } from './now-playing.js';
import { playCounts } from './play-counts.js';
import type { AnyProjection } from './projection.js';
import { royaltyPlays } from './royalty-plays.js';
import { royaltyUsage, royaltyUsageByTrack } from './royalty-usage.js';
import { payeeLines, payeeStatements, statementLines, statements } from './statements.js';
import { tracks } from './tracks.js';

/** Every read model there is. */
export const projections: readonly AnyProjection[] = [
  artists,
  tracks,
  nowPlaying,
  listeningHistory,
  playCounts,
  royaltyPlays,
  royaltyUsage,
  royaltyUsageByTrack,
  statements,
  statementLines,
  payeeLines,
  payeeStatements,
  accountBalances,
  waitingMoney,
];
