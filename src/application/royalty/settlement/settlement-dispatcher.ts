import { Injectable } from '@nestjs/common';
import { periodIdOf } from '../../../domain/royalty/periods/period-id.js';
import { royaltyPlays } from '../../../projections/royalty/royalty-plays.js';
import { Digests } from '../../ports/digests.js';
import { ReadModels } from '../../ports/read-models.js';
import { SettlementThreads } from './settlement-threads.js';
import { MonthFold } from './month-fold.js';
import { type SettlementResult, computeSettlement, type SettlementRequest } from './compute-settlement.js';
import { SettlementLog } from './settlement-log.js';

/** Computes settlements: small periods in this thread, large ones in worker threads. Writes nothing. */
@Injectable()
export class SettlementDispatcher {
  constructor(
    private readonly log: SettlementLog,
    private readonly models: ReadModels,
    private readonly digests: Digests,
    private readonly threads: SettlementThreads,
  ) {}

  /** @throws as `computeSettlement` */
  async compute(what: SettlementRequest): Promise<SettlementResult> {
    const { log, models, digests, threads } = this;
    const period = periodIdOf(what.period);
    const plays = await models.count(royaltyPlays, { period }, threads.inlinePlaysMax + 1);
    if (plays > threads.inlinePlaysMax) return threads.compute(what);
    const sources = { log, models, digests };
    return computeSettlement(sources, what, (month) => [new MonthFold(sources, month)]);
  }
}
