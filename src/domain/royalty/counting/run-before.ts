import { type Month, monthOf } from '../../shared/calendar.js';
import type { Run } from '../rules/straight-runs.js';
import type { Ruleset } from '../rulesets/ruleset.js';
import { type Verdict, verdictsOf } from './verdicts.js';
import { byStartThenId, type FinishedPlay } from './finished-play.js';
import { windowOf } from './window.js';

/** A run as far as some of a listener's plays determine it. `isFinal`: earlier plays cannot change it. */
export type RunFound = { readonly run: Run | undefined; readonly isFinal: boolean };

/** No play that takes part in a run. */
export const NO_RUN: RunFound = { run: undefined, isFinal: false };

/**
 * The run at the end of one month (R5). Verdicts are those of the play's own month, so that every later month sees the
 * same run.
 *
 * @param plays of one listener, in any order; only those of the month and its window are read
 */
export const runAtEndOf = (ruleset: Ruleset, month: Month, plays: readonly FinishedPlay[]): RunFound => {
  const limit = ruleset.counting.straightRunMax ?? 0;
  const { from, start, end } = windowOf(month);
  const within = plays.filter(({ startedAt }) => startedAt >= from && startedAt < end).sort(byStartThenId);
  const verdicts = verdictsOf({ ruleset, caseOf: () => undefined }, within, { from: start, run: undefined });
  let run: Run | undefined;
  for (let i = within.length - 1; i >= 0; i--) {
    const play = within[i];
    if (!play || play.startedAt < start || !isInRun(verdicts[i])) continue;
    if (run && run.trackId !== play.trackId) return { run, isFinal: true };
    run = { trackId: play.trackId, length: (run?.length ?? 0) + 1 };
    if (run.length >= limit) return { run, isFinal: true };
  }
  return { run, isFinal: false };
};

/** Extends a run that is open at its beginning by the run before it. */
export const withRunBefore = (ruleset: Ruleset, earlier: RunFound, later: RunFound): RunFound => {
  if (later.isFinal || !earlier.run) return later;
  if (!later.run) return earlier;
  if (later.run.trackId !== earlier.run.trackId) return { ...later, isFinal: true };
  const length = earlier.run.length + later.run.length;
  const limit = ruleset.counting.straightRunMax ?? 0;
  return { run: { ...later.run, length }, isFinal: earlier.isFinal || length >= limit };
};

/** `runAtEndOf` the last month of plays, where `plays` are all plays of a listener until then. */
export const runAfterAll = (ruleset: Ruleset, plays: readonly FinishedPlay[]): RunFound => {
  const months = [...new Set(plays.map(({ startedAt }) => monthOf(startedAt)))].sort().toReversed();
  let found = NO_RUN;
  for (const month of months) {
    found = withRunBefore(ruleset, runAtEndOf(ruleset, month, plays), found);
    if (found.isFinal) break;
  }
  return found;
};

/** Plays beyond the limit lengthen a run; other rejected plays neither lengthen nor break it. */
const isInRun = (verdict: Verdict | undefined): boolean =>
  verdict !== undefined && (verdict.is !== 'rejected' || verdict.reason === 'STRAIGHT_RUN');
