import type { PeriodEvent } from '../../../domain/royalty/periods/period-events.js';
import { periodIdOf } from '../../../domain/royalty/periods/period-id.js';
import { sharesAt } from '../../../domain/rights/shares-at.js';
import { caseFinder } from '../../../domain/royalty/statements/cases.js';
import { asCorrected } from '../../../domain/royalty/counting/corrected.js';
import { limitedToDelivered } from '../../../domain/royalty/counting/limited-to-delivered.js';
import { mergedWithReports } from '../../../domain/royalty/counting/merged-reports.js';
import { eligibleTracks, eligibilityStreams } from '../../../domain/royalty/sharing/eligible-tracks.js';
import { rightPaidBy } from '../../../domain/royalty/sharing/pools.js';
import { runAfterAll, runAtEndOf } from '../../../domain/royalty/counting/run-before.js';
import {
  equalTimelines,
  shareTimeline,
  type ShareTimeline,
  UNCLAIMED,
} from '../../../domain/royalty/counting/share-timeline.js';
import { openUsage, type Usage, type UsageFold } from '../../../domain/royalty/sharing/usage.js';
import type { PeriodPlay } from '../../../domain/royalty/counting/usage-rules.js';
import { windowOf } from '../../../domain/royalty/counting/window.js';
import type { Run } from '../../../domain/royalty/rules/straight-runs.js';
import { monthOf, monthsBefore, monthStart } from '../../../domain/shared/calendar.js';
import type { Sha256 } from '../../../domain/shared/exact/sha256.js';
import { type Facts, playsBefore, spanOf } from './replay-facts.js';
import type { ReplayLog, ReplaySource } from './replay-log.js';
import type { ReplayTask } from './replay-task.js';

/** The usage of a replayed period. */
export const replayedUsage = async (
  source: ReplaySource,
  log: ReplayLog,
  task: ReplayTask,
  facts: Facts,
  sha256: Sha256,
): Promise<Usage> => {
  const { period, ruleset, fence } = task;
  const { cases, declared, recordings } = facts;
  const window = windowOf(period.month);
  const runs = ruleset.counting.straightRunMax === null ? undefined : await runsBefore(source, task, facts);
  const right = rightPaidBy(ruleset);
  const once = equalTimelines();
  const timelineOf = (trackId: string): ShareTimeline => {
    const declarations = (declared.get(trackId) ?? []).filter((declaration) => declaration.right === right);
    if (declarations.length === 0) return UNCLAIMED;
    return once(
      shareTimeline(
        declarations.map(({ validFrom }) => validFrom),
        (at) => sharesAt(declarations, right, period.territory, at),
        window,
      ),
    );
  };
  const folded = (isEligible?: (trackId: string) => boolean): Usage => {
    const fold = openUsage({
      ruleset,
      periodId: periodIdOf(period),
      isEligible,
      caseOf: caseFinder(cases),
      timelineOf,
      recordingOf: (trackId) => recordings.get(trackId) ?? { artistId: trackId, isNoise: false },
      sha256,
    });
    for (const [listenerId, all] of byListener(task, facts, fold.find)) {
      if (!runs) fold.add(listenerId, all);
      else {
        const near = all.filter(({ startedAt }) => startedAt >= window.from);
        fold.add(listenerId, near, { from: window.start, run: runs.get(listenerId) });
      }
    }
    return fold.usage();
  };

  const { eligibility } = ruleset;
  if (!eligibility) return folded();
  const earlier = new Map<string, number>();
  for (const month of monthsBefore(period.month, eligibility.windowMonths - 1)) {
    const periodId = periodIdOf({ ...period, month });
    const history = await log.stream<PeriodEvent>(`period-${periodId}`);
    const restatements = history.filter(({ event }) => event.type === 'RestatementBegun').length;
    for (const line of await log.lines(periodId, restatements, fence))
      earlier.set(line.trackId, (earlier.get(line.trackId) ?? 0) + eligibilityStreams(line));
  }
  const eligible = eligibleTracks(eligibility, folded().tracks, earlier);
  return folded((trackId) => eligible.has(trackId));
};

/**
 * Listeners in order of id, each with all plays up to the fence: merged with numbered reports (R15), with corrected
 * lengths (edge case 49), limited to what deliveries confirm (R20).
 */
function* byListener(
  { ruleset, fence }: ReplayTask,
  { plays: table, reports, lengths, delivered }: Pick<Facts, 'plays' | 'reports' | 'lengths' | 'delivered'>,
  find?: UsageFold['find'],
): Generator<readonly [listenerId: string, plays: readonly PeriodPlay[]]> {
  const { time } = ruleset.counting;
  const complete = (play: PeriodPlay): PeriodPlay => {
    const ofPlay = reports.get(play.playId);
    const merged = ofPlay ? mergedWithReports(time, play, table.segmentsOf(play), ofPlay) : play;
    return asCorrected(merged, lengths.get(play.trackId), table.segmentsOf);
  };
  const areAsReported = lengths.size === 0 && reports.size === 0;
  for (const [listenerId, plays] of table.byListener(fence, find)) {
    const deliveries = delivered.get(listenerId) ?? [];
    const completed = areAsReported ? plays : plays.map(complete);
    yield [listenerId, limitedToDelivered(ruleset.counting, completed, table.segmentsOf, deliveries)];
  }
}

/**
 * R5: the runs of listeners before the month. Where the previous month leaves a run open, the log is read again for the
 * earlier plays of its listener, which are held in memory.
 */
const runsBefore = async (
  source: ReplaySource,
  task: ReplayTask,
  facts: Facts,
): Promise<ReadonlyMap<string, Run>> => {
  const { ruleset, period } = task;
  const start = monthStart(period.month);
  const { from } = spanOf({ period, ruleset });
  const runs = new Map<string, Run>();
  const open = new Map<string, readonly PeriodPlay[]>();
  for (const [listenerId, plays] of byListener(task, facts)) {
    const earlier = plays.filter(({ startedAt }) => startedAt < start);
    const { run, isFinal } = runAtEndOf(ruleset, monthOf(start - 1), earlier);
    if (isFinal && run) runs.set(listenerId, run);
    if (!isFinal && earlier.length < plays.length) open.set(listenerId, earlier);
  }
  if (open.size === 0) return runs;

  const before = await playsBefore(source, from, task, (listenerId) => open.has(listenerId));
  for (const [listenerId, plays] of byListener(task, { ...facts, ...before })) {
    const { run } = runAfterAll(ruleset, [...plays, ...(open.get(listenerId) ?? [])]);
    if (run) runs.set(listenerId, run);
    open.delete(listenerId);
  }
  for (const [listenerId, earlier] of open) {
    const { run } = runAfterAll(ruleset, earlier);
    if (run) runs.set(listenerId, run);
  }
  return runs;
};
