import { listenedMs, type Measure } from '../../shared/listening/segments.js';
import { nextRun, type Run, type RunBefore } from '../rules/straight-runs.js';
import type { Ruleset } from '../rulesets/ruleset.js';
import type { ArtistCentricPolicy } from '../rules/artist-centric.js';
import { isActive } from '../../shared/listening/play-source.js';
import type { Recording } from './usage-rules.js';
import { RULE_ORDER, type RejectionCode, type RuleName } from './rule-order.js';
import type { Verdict } from './verdicts.js';
import type { FinishedPlay } from './finished-play.js';
import { DAY_MS } from '../../shared/civil-date.js';

/** One rule as it was applied to one play. */
export type RuleApplied = {
  /** Number in the rule book: `R2`, `R16`, `F2`; `case` for the decision of a case. */
  readonly rule: string;
  /**
   * `failed`: the reason of the rejection; `notReached`: an earlier rule failed; `off`: the ruleset does not contain the rule.
   */
  readonly outcome: 'passed' | 'failed' | 'notReached' | 'off';
  /** What the rule read: figures of the play, parameters of the ruleset, and earlier plays. Empty when `off`. */
  readonly inputs: Readonly<Record<string, unknown>>;
};

/**
 * The rules of `RULE_ORDER`, in its order, as they were applied to one play.
 *
 * @param plays of one listener, in order of (start, id), each with its verdict at the same index
 * @param index of the play
 * @param runBefore as for `verdictsOf`; a run that already reached the limit may be given no longer than the limit
 * @throws {RangeError} if there is no play or verdict at `index`
 */
export const rulesApplied = (
  ruleset: Ruleset,
  plays: readonly FinishedPlay[],
  verdicts: readonly Verdict[],
  index: number,
  runBefore?: RunBefore,
): readonly RuleApplied[] => {
  const [play, verdict] = [plays[index], verdicts[index]];
  if (!play || !verdict) throw new RangeError(`There is no play at index ${index}.`);

  const earlier = plays.slice(0, index).map((play, i) => ({ play, failedAt: failedAt(verdicts[i]) }));
  const passed = (name: RuleName): readonly FinishedPlay[] =>
    earlier.filter(({ failedAt }) => failedAt > positionOf(name)).map(({ play }) => play);
  const failing = failedAt(verdict);

  return RULE_ORDER.map(({ name, number, isOn }, position) => {
    const rule = name === 'credit' && ruleset.counting.credit.kind !== 'threshold' ? 'R3' : number;
    if (!isOn(ruleset)) return { rule, outcome: 'off', inputs: {} };
    const outcome = position < failing ? 'passed' : position === failing ? 'failed' : 'notReached';
    return { rule, outcome, inputs: INPUTS[name]({ ruleset, play, verdict, passed, runBefore }) };
  });
};

/** Position in `RULE_ORDER` of the rule that rejected a play; Infinity when none did. */
const failedAt = (verdict: Verdict | undefined): number =>
  verdict?.is === 'rejected' ? (POSITION_BY_REASON.get(verdict.reason) ?? Infinity) : Infinity;

const POSITION_BY_REASON: ReadonlyMap<RejectionCode, number> = new Map(
  RULE_ORDER.flatMap(({ reasons }, position) => reasons.map((reason) => [reason, position] as const)),
);

/** Plays that passed it are the ones that the rule looks at. */
const ruleBefore = (name: RuleName): RuleName => RULE_ORDER[positionOf(name) - 1]?.name ?? name;

const positionOf = (name: RuleName): number => RULE_ORDER.findIndex((rule) => rule.name === name);

/** R9: the inputs to the weight of a counted play, except its artist's reach and the listener's number of plays. */
export const weightApplied = (
  { activeBoost, noiseWeight, noiseMinMs }: ArtistCentricPolicy,
  { source, durationMs }: FinishedPlay,
  verdict: Verdict,
  recording: Recording,
): RuleApplied => ({
  rule: 'R9',
  outcome: verdict.is === 'rejected' ? 'notReached' : 'passed',
  inputs: {
    source,
    active: isActive(source),
    ...recording,
    activeBoost,
    noiseWeight,
    ...(noiseMinMs !== undefined && { noiseMinMs, durationMs }),
  },
});

type Judged = {
  readonly ruleset: Ruleset;
  readonly play: FinishedPlay;
  readonly verdict: Verdict;
  /** Earlier plays of the listener that passed a rule. */
  readonly passed: (name: RuleName) => readonly FinishedPlay[];
  readonly runBefore: RunBefore | undefined;
};

/** The inputs of each rule, where the ruleset has it. */
const INPUTS: { readonly [Name in RuleName]: (judged: Judged) => RuleApplied['inputs'] } = {
  time: ({ ruleset: { counting }, play }) => {
    const { startedAt, endedAt, receivedAt, wallMs } = play;
    return { startedAt, endedAt, wallMs: play.claimed?.wallMs ?? wallMs, receivedAt, ...counting.time };
  },

  delivery: ({ ruleset: { counting }, play: { playedMs, uniqueMs, wallMs, claimed } }) => {
    const confirmed = { playedMs, uniqueMs, wallMs };
    return { ...counting.delivery, claimed: claimed ?? confirmed, borneOut: confirmed };
  },

  credit: ({ ruleset: { counting }, play }) => {
    const { durationMs, reportedMs, playedMs, uniqueMs, wallMs } = play;
    return {
      durationMs,
      ...(reportedMs !== undefined && { reportedDurationMs: reportedMs }),
      playedMs,
      uniqueMs,
      wallMs,
      listenedMs: listenedMs(play, counting.credit.measure),
      policy: counting.credit,
    };
  },

  concurrency: ({ ruleset: { counting }, play: { startedAt }, passed }) => {
    const tolerance = counting.concurrency?.overlapToleranceMs ?? 0;
    const stillPlaying = passed('concurrency').filter(({ endedAt }) => startedAt < endedAt - tolerance);
    return { ...counting.concurrency, goingOn: stillPlaying.map(({ playId }) => playId) };
  },

  wallClock: ({ ruleset: { counting, integrity }, play, passed }) => ({
    perDeviceMs: integrity.wallClock?.perDeviceMs,
    usedMs: usedOnDay(passed('wallClock'), play, counting.credit.measure),
  }),

  straightRuns: ({ ruleset: { counting }, play: { trackId }, passed, runBefore }) => {
    let run: Run | undefined = runBefore?.run;
    for (const earlier of passed(ruleBefore('straightRuns')))
      if (earlier.startedAt >= (runBefore?.from ?? 0)) run = nextRun(run, earlier.trackId);
    return { straightRunMax: counting.straightRunMax, inARow: nextRun(run, trackId).length };
  },

  eligibility: ({ ruleset }) => ({ ...ruleset.eligibility }),

  conflict: ({ play }) => ({ conflict: play.conflict ?? null }),

  /** What artificial plays cost is on the line of their track (R18). */
  case: ({ ruleset: { penalties }, verdict }) => {
    if (verdict.is === 'held') return { heldBy: verdict.caseId };
    return verdict.is === 'rejected' && verdict.reason === 'ARTIFICIAL' ? { penalties } : {};
  },
};

const usedOnDay = (
  earlier: readonly FinishedPlay[],
  { deviceId, startedAt }: FinishedPlay,
  measure: Measure,
): number => {
  const day = Math.floor(startedAt / DAY_MS);
  return earlier
    .filter((play) => play.deviceId === deviceId && Math.floor(play.startedAt / DAY_MS) === day)
    .reduce((sum, play) => sum + listenedMs(play, measure), 0);
};
