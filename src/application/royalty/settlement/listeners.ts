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

/** Everything of one listener that a settlement looks at. `before`: where straight runs are followed (R5). */
export type ListenerPlays = {
  readonly listenerId: string;
  readonly plays: readonly RoyaltyPlay[];
  readonly before?: RunBefore | undefined;
};

/** Whose plays are looked at, by which rules, and as of when (a decimal position). */
export type SettlementScope = {
  readonly period: Period;
  readonly ruleset: Ruleset;
  readonly fence: string;
  /** Of the same fence, as `lengths`. */
  readonly reports: LateReports;
  readonly lengths: CorrectedLengths;
};

/** With what was said later of plays and of their tracks, as of the fence. */
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

/** Plays of this version, whatever their keys. */
const ANY: KeyRange = { from: '' };

/** As the index has them: plays of other months and periods than those that are asked for are not even passed over. */
const BY_LISTENER = { by: ['listenerId', 'month', 'period', 'startedAt'] };

/**
 * Listeners that are handed on together: so few that their other plays most often fit into one page, and that all of
 * their plays die young.
 */
const LISTENERS_MAX = 20;

/**
 * The listeners of a period as of the fence, in order of id, each with what precedes the month and with plays under
 * other offerings and territories. Held in memory: the plays of some listeners.
 *
 * @param keys all plays of the period, or of some of its listeners
 */
export async function* listenersOf(
  models: ReadModels,
  scope: SettlementScope,
  keys: KeyRange = keysBeginningWith(keyPrefixOf(periodIdOf(scope.period))),
): AsyncGenerator<readonly ListenerPlays[]> {
  const { fence } = scope;
  let waiting: { listenerId: string; plays: RoyaltyPlay[] }[] = [];
  for await (const page of pages(models, scope, { keys })) {
    for (const play of page) {
      if (!isReached(play.position, fence)) continue;
      const last = waiting.at(-1);
      if (last?.listenerId === play.listenerId) last.plays.push(play);
      else waiting.push({ listenerId: play.listenerId, plays: [play] });
    }
    // The last listener may go on in the next page.
    if (waiting.length > LISTENERS_MAX) {
      yield await whole(models, scope, waiting.slice(0, -1));
      waiting = waiting.slice(-1);
    }
  }
  if (waiting.length > 0) yield await whole(models, scope, waiting);
}

/** With what else these listeners played around the month, and the runs with which they come into it. */
const whole = async (
  models: ReadModels,
  scope: SettlementScope,
  listeners: readonly ListenerPlays[],
): Promise<readonly ListenerPlays[]> => {
  const { period, ruleset } = scope;
  const window = windowOf(period.month);
  if (ruleset.counting.straightRunMax === null)
    return judged(models, scope, withOthers(listeners, await others(models, scope, listeners, window)));

  const wider = { ...window, from: windowOf(monthOf(window.start - 1)).from };
  const elsewhere = await others(models, scope, listeners, wider);
  const all = await judged(models, scope, withOthers(listeners, elsewhere));
  const found: ListenerPlays[] = [];
  for (const { listenerId, plays } of all) {
    const before = await runBefore(models, scope, listenerId, plays);
    found.push({ listenerId, plays: plays.filter(({ startedAt }) => startedAt >= window.from), before });
  }
  return found;
};

/**
 * R5: follows a listener's run back from the beginning of the month, month by month, until it is known to be broken or
 * too long: through as many months with plays as the limit counts, at most.
 *
 * @param known all plays of the month before it
 */
export const runBefore = async (
  models: ReadModels,
  scope: SettlementScope,
  listenerId: string,
  known: readonly RoyaltyPlay[],
): Promise<RunBefore> => {
  const { period, ruleset, fence } = scope;
  const from = monthStart(period.month);
  let month = monthOf(from - 1);
  let found = runAtEndOf(ruleset, month, known);
  while (!found.isFinal) {
    const earlier = await lastMonthBefore(models, listenerId, month, fence);
    if (earlier === undefined) break;
    month = earlier;
    const plays = await aroundTheMonth(models, scope, listenerId, windowOf(month));
    found = withRunBefore(ruleset, runAtEndOf(ruleset, month, plays), found);
  }
  return { from, run: found.run };
};

/** The last month before another in which the listener played anything. */
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
    yield await lengths.judged(await reports.merged(playsOf(page)));
}

/** Plays of these listeners around the month that belong to other periods. */
const others = async (
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

/** All plays of one listener that a settlement of the month looks at, of any period. */
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

/** With what deliveries bear out of each play (R20). */
const judged = async (
  models: ReadModels,
  scope: SettlementScope,
  listeners: readonly ListenerPlays[],
): Promise<readonly ListenerPlays[]> => {
  if (!scope.ruleset.counting.delivery) return listeners;
  const plays = await limitedByEvidence(
    models,
    scope,
    listeners.flatMap((one) => one.plays),
  );
  const byListener = Map.groupBy(plays, ({ listenerId }) => listenerId);
  return listeners.map((one) => ({ ...one, plays: byListener.get(one.listenerId) ?? [] }));
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
