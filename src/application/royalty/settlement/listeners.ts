import { type Period, periodIdOf } from '../../../domain/royalty/periods/period-id.js';
import type { Ruleset } from '../../../domain/royalty/rulesets/ruleset.js';
import { withRunBefore, runAtEndOf } from '../../../domain/royalty/counting/run-before.js';
import { type Window, windowOf } from '../../../domain/royalty/counting/window.js';
import type { RunBefore } from '../../../domain/royalty/rules/straight-runs.js';
import { type Month, monthOf, monthStart } from '../../../domain/shared/calendar.js';
import {
  keyPrefixOf,
  monthOfPlay,
  type PlayDocument,
  playsOf,
  type RoyaltyPlay,
  royaltyPlays,
} from '../../../projections/royalty/royalty-plays.js';
import { allPages } from '../../projecting/all-pages.js';
import { type KeyRange, keysBeginningWith, type Query, type ReadModels } from '../../ports/read-models.js';
import { CorrectedLengths } from './corrected-lengths.js';
import { limitedByEvidence } from './delivery-evidence.js';
import { isReached } from './fence.js';
import { LateReports } from './late-reports.js';

/** The plays of one listener that a settlement reads. `before`: the run before the month, where the ruleset has R5. */
export type ListenerPlays = {
  readonly listenerId: string;
  readonly plays: readonly RoyaltyPlay[];
  readonly before?: RunBefore | undefined;
};

/** The period, ruleset and fence (a decimal position) by which plays are read. */
export type SettlementScope = {
  readonly period: Period;
  readonly ruleset: Ruleset;
  readonly fence: string;
  /** Up to the same fence, as `lengths`. */
  readonly reports: LateReports;
  readonly lengths: CorrectedLengths;
};

/** Adds the numbered reports and corrected lengths up to the fence. */
export const settlementScope = (
  models: ReadModels,
  { period, ruleset, fence }: Omit<SettlementScope, 'reports' | 'lengths'>,
): SettlementScope => ({
  period,
  ruleset,
  fence,
  reports: new LateReports(models, ruleset, fence),
  lengths: new CorrectedLengths(models, fence),
});

const PAGE = 1_000;

/** All keys. */
const ANY: KeyRange = { from: '' };

/** The order of the index, so that a query does not scan plays of other months and periods. */
const BY_LISTENER = { by: ['listenerId', 'month', 'period', 'startedAt'] };

/**
 * Listeners in one batch: few enough that their other plays usually fit into one page, and that all of their plays are
 * collected in the young generation.
 */
const LISTENERS_MAX = 20;

/**
 * The listeners of a period as of the fence, in order of id. Each has also the plays of the window before the month and
 * those under other offerings and territories. Only one batch of listeners is in memory.
 *
 * @param keys of all plays of the period, or of a range of its listeners
 */
export async function* listenersOf(
  models: ReadModels,
  scope: SettlementScope,
  keys: KeyRange = keysBeginningWith(keyPrefixOf(periodIdOf(scope.period))),
): AsyncGenerator<readonly ListenerPlays[]> {
  const { fence } = scope;
  let batch: { listenerId: string; plays: RoyaltyPlay[] }[] = [];
  for await (const page of pages(models, scope, { keys })) {
    for (const play of page) {
      if (!isReached(play.position, fence)) continue;
      const last = batch.at(-1);
      if (last?.listenerId === play.listenerId) last.plays.push(play);
      else batch.push({ listenerId: play.listenerId, plays: [play] });
    }
    // The last listener may continue in the next page.
    if (batch.length > LISTENERS_MAX) {
      yield await withContext(models, scope, batch.slice(0, -1));
      batch = batch.slice(-1);
    }
  }
  if (batch.length > 0) yield await withContext(models, scope, batch);
}

/** Adds the other plays of the listeners around the month, and the runs before it. */
const withContext = async (
  models: ReadModels,
  scope: SettlementScope,
  listeners: readonly ListenerPlays[],
): Promise<readonly ListenerPlays[]> => {
  const { period, ruleset } = scope;
  const window = windowOf(period.month);
  if (ruleset.counting.straightRunMax === null)
    return limitedByDeliveries(
      models,
      scope,
      withOthers(listeners, await playsElsewhere(models, scope, listeners, window)),
    );

  const wider = { ...window, from: windowOf(monthOf(window.start - 1)).from };
  const elsewhere = await playsElsewhere(models, scope, listeners, wider);
  const all = await limitedByDeliveries(models, scope, withOthers(listeners, elsewhere));
  const found: ListenerPlays[] = [];
  for (const { listenerId, plays } of all) {
    const before = await runBefore(models, scope, listenerId, plays);
    found.push({ listenerId, plays: plays.filter(({ startedAt }) => startedAt >= window.from), before });
  }
  return found;
};

/**
 * R5: follows a listener's run back from the start of the month, month by month, until earlier plays cannot change it.
 * Reads at most as many months with plays as the limit of the run.
 *
 * @param monthBefore all plays of the previous month and its window
 */
export const runBefore = async (
  models: ReadModels,
  scope: SettlementScope,
  listenerId: string,
  monthBefore: readonly RoyaltyPlay[],
): Promise<RunBefore> => {
  const { period, ruleset, fence } = scope;
  const from = monthStart(period.month);
  let month = monthOf(from - 1);
  let found = runAtEndOf(ruleset, month, monthBefore);
  while (!found.isFinal) {
    const earlier = await lastMonthBefore(models, listenerId, month, fence);
    if (earlier === undefined) break;
    month = earlier;
    const plays = await aroundTheMonth(models, scope, listenerId, windowOf(month));
    found = withRunBefore(ruleset, runAtEndOf(ruleset, month, plays), found);
  }
  return { from, run: found.run };
};

/** The last month before `month` with plays of the listener. */
const lastMonthBefore = async (
  models: ReadModels,
  listenerId: string,
  month: Month,
  fence: string,
): Promise<Month | undefined> => {
  const latestFirst = allPages<PlayDocument>(models, royaltyPlays, {
    where: { listenerId, month: { lt: month } },
    sort: { ...BY_LISTENER, descending: true },
    limit: 10,
  });
  for await (const page of latestFirst) {
    const found = playsOf(page).find(({ position }) => isReached(position, fence));
    if (found) return monthOfPlay(found);
  }
  return undefined;
};

async function* pages(
  models: ReadModels,
  { reports, lengths }: Pick<SettlementScope, 'reports' | 'lengths'>,
  query: Omit<Query, 'limit' | 'cursor'>,
): AsyncGenerator<readonly RoyaltyPlay[]> {
  for await (const page of allPages<PlayDocument>(models, royaltyPlays, { ...query, limit: PAGE }))
    yield await lengths.applyTo(await reports.merged(playsOf(page)));
}

/** Plays of these listeners around the month that belong to other periods, by listener. */
const playsElsewhere = async (
  models: ReadModels,
  scope: SettlementScope,
  listeners: readonly ListenerPlays[],
  { from, start }: Window,
): Promise<ReadonlyMap<string, readonly RoyaltyPlay[]>> => {
  const { fence, period } = scope;
  const found = new Map<string, RoyaltyPlay[]>();
  const periodId = periodIdOf(period);
  const month = monthOf(start);
  const elsewhere = [
    { month: { gte: monthOf(from), lt: month }, startedAt: { gte: from } },
    { month, period: { lt: periodId } },
    { month, period: { gt: periodId } },
  ];
  for (let at = 0; at < listeners.length; at += LISTENERS_MAX) {
    const ids = listeners.slice(at, at + LISTENERS_MAX).map(({ listenerId }) => listenerId);
    for (const where of elsewhere)
      for await (const page of pages(models, scope, {
        where: { listenerId: { in: ids }, ...where },
        sort: BY_LISTENER,
      }))
        for (const play of page) {
          if (!isReached(play.position, fence)) continue;
          const plays = found.get(play.listenerId);
          if (plays) plays.push(play);
          else found.set(play.listenerId, [play]);
        }
  }
  return found;
};

/** All plays of one listener in a month and its window, of any period. */
export const aroundTheMonth = async (
  models: ReadModels,
  scope: SettlementScope,
  listenerId: string,
  { from, start, end }: Window,
): Promise<readonly RoyaltyPlay[]> => {
  const plays: RoyaltyPlay[] = [];
  const months = { gte: monthOf(from), lte: monthOf(start) };
  const where = { listenerId, month: months, startedAt: { gte: from, lt: end } };
  for await (const page of pages(models, scope, { keys: ANY, where, sort: BY_LISTENER }))
    plays.push(...page.filter(({ position }) => isReached(position, scope.fence)));
  return limitedByEvidence(models, scope, plays);
};

/** Limits the plays to what deliveries confirm (R20). */
const limitedByDeliveries = async (
  models: ReadModels,
  scope: SettlementScope,
  listeners: readonly ListenerPlays[],
): Promise<readonly ListenerPlays[]> => {
  if (!scope.ruleset.counting.delivery) return listeners;
  const plays = await limitedByEvidence(
    models,
    scope,
    listeners.flatMap(({ plays }) => plays),
  );
  const byListener = Map.groupBy(plays, ({ listenerId }) => listenerId);
  return listeners.map((listener) => ({ ...listener, plays: byListener.get(listener.listenerId) ?? [] }));
};

const withOthers = (
  listeners: readonly ListenerPlays[],
  others: ReadonlyMap<string, readonly RoyaltyPlay[]>,
): readonly ListenerPlays[] =>
  others.size === 0
    ? listeners
    : listeners.map(({ listenerId, plays }) => ({
        listenerId,
        plays: [...(others.get(listenerId) ?? []), ...plays],
      }));
