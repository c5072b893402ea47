import { type Rejection, reject } from '../../../domain/decider.js';
import type { PeriodInput } from '../../../domain/royalty/periods/period-events.js';
import { type Period, periodIdOf } from '../../../domain/royalty/periods/period-id.js';
import { eligibleTracks, eligibilityStreams } from '../../../domain/royalty/sharing/eligible-tracks.js';
import { type Settlement, settlementOf } from '../../../domain/royalty/statements/settlement.js';
import { type Usage, usageOf } from '../../../domain/royalty/sharing/usage.js';
import { monthsBefore } from '../../../domain/shared/calendar.js';
import { CommandRejected } from '../../streams/command-rejected.js';
import { type UsageWorker, foldedByWorkers } from './usage-workers.js';
import type { MonthToFold, SettlementSources } from './month-fold.js';
import type { SettlementLog } from './settlement-log.js';
import { listenerRanges } from './listener-ranges.js';

/** A period to settle as of a fence: plain data that threads can exchange. */
export type SettlementRequest = {
  readonly period: Period;
  readonly rulesetHash: string;
  /** Decimal position; plays, rights and cases after it are ignored. */
  readonly fence: string;
  readonly inputs: readonly PeriodInput[];
  /** Cases released after the fence. */
  readonly released?: readonly string[];
};

/** The parts of a settlement that are booked. */
export type SettlementResult = Pick<Settlement, 'summary' | 'lines' | 'journals'>;

/** Opens the workers that fold a month together. */
export type UsageWorkersFor = (month: MonthToFold) => readonly UsageWorker[];

/** Average number of ranges per worker. More ranges balance the load better. */
const RANGES_PER_WORKER = 8;

/**
 * Settles a period from the read model of plays and the streams of all other facts. Writes nothing.
 *
 * @throws {CommandRejected} `RulesetNotFound`, `NoRevenue`, `RatesMissing`
 * @throws {ModelNotReady} {ReadModelsUnavailable} {StoreUnavailable}
 */
export const computeSettlement = async (
  sources: SettlementSources,
  { period, rulesetHash, fence, inputs, released = [] }: SettlementRequest,
  workersFor: UsageWorkersFor,
): Promise<SettlementResult> => {
  const { log, digests } = sources;
  const ruleset = await log.ruleset(rulesetHash);
  if (!ruleset) throw new CommandRejected(RULESET_NOT_FOUND);
  const cases = await log.cases(periodIdOf(period), BigInt(fence), released);
  const month = { period, ruleset, cases, fence, eligible: undefined };
  const usage = await usageIn(sources, month, workersFor);
  const sha256 = (data: Uint8Array | string) => digests.sha256(data);
  const outcome = settlementOf({ period, fence, ruleset, rulesetHash, inputs, cases, sha256 }, usage);
  if ('rejected' in outcome) throw new CommandRejected(outcome);
  const { summary, lines, journals } = outcome;
  return { summary, lines, journals };
};

const RULESET_NOT_FOUND: Rejection = reject('RulesetNotFound', 'No ruleset with this hash is published.');

/** Folds the plays once, or twice where the ruleset has R17: the first pass finds the eligible tracks. */
const usageIn = async (
  sources: SettlementSources,
  month: MonthToFold,
  workersFor: UsageWorkersFor,
): Promise<Usage> => {
  const { log, models, digests } = sources;
  const folded = async (month: MonthToFold): Promise<Usage> => {
    const workers = workersFor(month);
    const count = workers.length > 1 ? RANGES_PER_WORKER * workers.length : 1;
    const ranges = await listenerRanges(models, periodIdOf(month.period), count);
    return usageOf(await foldedByWorkers(workers, ranges), (data) => digests.sha256(data));
  };
  const usage = await folded(month);
  const { eligibility } = month.ruleset;
  if (!eligibility) return usage;
  const earlier = await earlierStreams(log, month, eligibility.windowMonths - 1);
  return folded({ ...month, eligible: eligibleTracks(eligibility, usage.tracks, earlier) });
};

/** Streams by track on the statements of earlier months. */
const earlierStreams = async (
  log: SettlementLog,
  { period, fence }: MonthToFold,
  months: number,
): Promise<ReadonlyMap<string, number>> => {
  const sums = new Map<string, number>();
  for (const month of monthsBefore(period.month, months)) {
    const periodId = periodIdOf({ ...period, month });
    const events = await log.period(periodId);
    const restatements = events.filter(({ type }) => type === 'RestatementBegun').length;
    for (const line of (await log.lines(periodId, restatements, BigInt(fence))).values())
      sums.set(line.trackId, (sums.get(line.trackId) ?? 0) + eligibilityStreams(line));
  }
  return sums;
};
