import { type Month, monthOf } from '../../shared/calendar.js';
import type { Run } from '../rules/straight-runs.js';
import type { Ruleset } from '../rulesets/ruleset.js';
import { type Verdict, verdictsOf } from './verdicts.js';
import { byStartThenId, type FinishedPlay } from './finished-play.js';
import { windowOf } from './window.js';

/** What a listener's plays say of a run. `isKnown`: whatever was played earlier changes nothing any more. */
export type RunFound = { readonly run: Run | undefined; readonly isKnown: boolean };

/** Nothing was played, or only what does not count. */
export const NO_RUN: RunFound = { run: undefined, isKnown: false };

/**
 * The run at the end of one month. Each play counts in a run as its own month judges it, so that it is the same run
 * from wherever one looks.
 *
 * @param plays of one listener, in any order; the month's and those of its window are looked at
 */
export const runAtEndOf = (ruleset: Ruleset, month: Month, plays: readonly FinishedPlay[]): RunFound => {
  const limit = ruleset.counting.straightRunMax ?? 0;
  const { from, start, end } = windowOf(month);
  const within = plays.filter(({ startedAt }) => startedAt >= from && startedAt < end).sort(byStartThenId);
  const verdicts = verdictsOf({ ruleset, caseOf: () => undefined }, within, { from: start, run: undefined });
  let run: Run | undefined;
  for (let i = within.length - 1; i >= 0; i--) {
    const play = within[i];
    if (!play || play.startedAt < start || !isOfARun(verdicts[i])) continue;
    if (run && run.trackId !== play.trackId) return { run, isKnown: true };
    run = { trackId: play.trackId, length: (run?.length ?? 0) + 1 };
    if (run.length >= limit) return { run, isKnown: true };
  }
  return { run, isKnown: false };
};

/** A run that was found to be open at its beginning, with what came before it. */
export const joined = (ruleset: Ruleset, earlier: RunFound, later: RunFound): RunFound => {
  if (later.isKnown || !earlier.run) return later;
  if (!later.run) return earlier;
  if (later.run.trackId !== earlier.run.trackId) return { ...later, isKnown: true };
  const length = earlier.run.length + later.run.length;
  const limit = ruleset.counting.straightRunMax ?? 0;
  return { run: { ...later.run, length }, isKnown: earlier.isKnown || length >= limit };
};

/** `runAtEndOf` the last of several months, with all of a listener's plays up to there at hand. */
export const runAfterAll = (ruleset: Ruleset, plays: readonly FinishedPlay[]): RunFound => {
  const months = [...new Set(plays.map(({ startedAt }) => monthOf(startedAt)))].sort().toReversed();
  let found = NO_RUN;
  for (const month of months) {
    found = joined(ruleset, runAtEndOf(ruleset, month, plays), found);
    if (found.isKnown) break;
  }
  return found;
};

/** What is beyond the limit makes a run longer all the same; what does not count neither lengthens nor breaks one. */
const isOfARun = (verdict: Verdict | undefined): boolean =>
  verdict !== undefined && (verdict.is !== 'rejected' || verdict.reason === 'STRAIGHT_RUN');
