import { Injectable } from '@nestjs/common';
import { periodIdOf } from '../../domain/royalty/period-id.js';
import { royaltyPlays } from '../../projections/royalty-plays.js';
import { Digests } from '../ports/digests.js';
import { ReadModels } from '../ports/read-models.js';
import { SettlementThreads } from '../ports/settlement-threads.js';
import { MonthFold } from './month-fold.js';
import { type Settled, settlePeriod, type ToSettle } from './settle-period.js';
import { SettlementLog } from './settlement-log.js';

/** Plays that are settled in less time than it takes to start a thread. */
export const PLAYS_HERE_MAX = 50_000;

/** Settles periods: small ones here, large ones in threads of their own. It changes nothing. */
@Injectable()
export class Settler {
  constructor(
    private readonly log: SettlementLog,
    private readonly models: ReadModels,
    private readonly digests: Digests,
    private readonly threads: SettlementThreads,
  ) {}

  /** @throws as `settlePeriod` */
  async settle(what: ToSettle): Promise<Settled> {
    const { log, models, digests } = this;
    const period = periodIdOf(what.period);
    const plays = await models.count(royaltyPlays, { period }, PLAYS_HERE_MAX + 1);
    if (plays > PLAYS_HERE_MAX) return this.threads.settle(what);
    const sources = { log, models, digests };
    return settlePeriod(sources, what, (month) => [new MonthFold(sources, month)]);
  }
}
