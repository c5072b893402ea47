import { listenedMs } from '../../shared/listening/segments.js';
import { creditPpm, type CountingPolicy } from '../rules/credit.js';
import type { Ruleset } from '../rulesets/ruleset.js';
import { nextRun, type Run, type RunBefore } from '../rules/straight-runs.js';
import { timeFault } from '../rules/time-check.js';
import type { FinishedPlay } from './finished-play.js';
import {
  REJECTION_CODES,
  RULE_ORDER,
  type ReasonOf,
  type RejectionCode,
  type RuleName,
} from './rule-order.js';
import { DAY_MS } from '../../shared/civil-date.js';

/**
 * Exactly one for each play (I7). Credit in ppm of one play. A held play keeps its credit, and its money is held with
 * the case (edge case 41).
 */
export type Verdict =
  | { readonly is: 'counted'; readonly creditPpm: number }
  | { readonly is: 'held'; readonly creditPpm: number; readonly caseId: string }
  | { readonly is: 'rejected'; readonly reason: RejectionCode };

/** What verdicts need besides the plays. */
export type VerdictRules = {
  readonly ruleset: Ruleset;
  /** R17, by track; undefined while the eligible tracks are still being computed, and nothing is rejected by R17. */
  readonly isEligible?: ((trackId: string) => boolean) | undefined;
  readonly caseOf: (play: FinishedPlay) => CaseOfPlay | undefined;
};

/** The open or confirmed case of a play. `isConflict`: it is about contradictory reports (R15). */
export type CaseOfPlay = {
  readonly caseId: string;
  readonly confirmed: boolean;
  readonly isConflict?: boolean | undefined;
};

/**
 * A verdict for each of one listener's plays, by the rules of `RULE_ORDER`.
 *
 * @param plays in order of (start, id): the month's, those of its window before it (`Window`), and those of the
 *   listener's other offerings and territories, which share the account's streams (R16)
 * @param before the run with which the month begins; plays before `from` take no part in runs (R5). Absent: no run is
 *   under way at the first play
 */
export const verdictsOf = (
  rules: VerdictRules,
  plays: readonly FinishedPlay[],
  before?: RunBefore,
): readonly Verdict[] => {
  const { ruleset } = rules;
  const checks = openChecks(rules, before);
  return plays.map((play) => {
    const credit = creditPpm(ruleset.counting.credit, play, play.durationMs);
    const found = rules.caseOf(play);
    for (const check of checks) {
      const reason = check(play, credit, found);
      if (reason !== undefined) return rejected(reason);
    }
    // Confirmed cases were rejected above.
    return found
      ? { is: 'held', creditPpm: credit, caseId: found.caseId }
      : { is: 'counted', creditPpm: credit };
  });
};

const openChecks = (rules: VerdictRules, before: RunBefore | undefined): readonly Check[] => {
  const checks: Check[] = [];
  for (const { name, isOn } of RULE_ORDER) {
    const check = isOn(rules.ruleset) ? CHECKS[name](rules, before) : undefined;
    if (check) checks.push(check);
  }
  return checks;
};

const REJECTED = new Map<RejectionCode, Verdict>(
  REJECTION_CODES.map((reason) => [reason, { is: 'rejected', reason }]),
);

const rejected = (reason: RejectionCode): Verdict => REJECTED.get(reason) ?? { is: 'rejected', reason };

/** The reason to reject a play, if any. Plays come in order; a check may keep state of those that it let pass. */
type Check<Reason extends RejectionCode = RejectionCode> = (
  play: FinishedPlay,
  creditPpm: number,
  itsCase: CaseOfPlay | undefined,
) => Reason | undefined;

/** Opens the check of each rule for one listener; undefined: the rule cannot be applied yet. */
const CHECKS: {
  readonly [Name in RuleName]: (
    rules: VerdictRules,
    before: RunBefore | undefined,
  ) => Check<ReasonOf<Name>> | undefined;
} = {
  time:
    ({ ruleset: { counting } }) =>
    (play) =>
      timeFault(counting.time, asClaimed(play)),

  delivery:
    ({ ruleset: { counting } }) =>
    (play, credit) =>
      credit === 0 && play.claimed && creditPpm(counting.credit, play.claimed, play.durationMs) > 0
        ? 'NO_DELIVERY_EVIDENCE'
        : undefined,

  credit:
    ({ ruleset: { counting } }) =>
    (play, credit) =>
      credit === 0 ? whyNoCredit(counting.credit, asClaimed(play)) : undefined,

  /** R16: fewer than the allowed streams are still playing when it starts. */
  concurrency: ({ ruleset: { counting } }) => {
    if (!counting.concurrency) return undefined;
    const { maxStreams, overlapToleranceMs } = counting.concurrency;
    let ends: number[] = [];
    return ({ startedAt, endedAt }) => {
      // Later plays start no earlier: a stream that has ended stays ended.
      if (ends.length > 0) ends = ends.filter((end) => startedAt < end - overlapToleranceMs);
      if (ends.length >= maxStreams) return 'CONCURRENT';
      ends.push(endedAt);
      return undefined;
    };
  },

  /** F2: the counted listening of one device fits into the limit of the UTC day. */
  wallClock: ({ ruleset: { counting, integrity } }) => {
    if (!integrity.wallClock) return undefined;
    const { perDeviceMs } = integrity.wallClock;
    const usedMs = new Map<string, number>();
    let currentDay = -1;
    return (play) => {
      const day = Math.floor(play.startedAt / DAY_MS);
      if (day !== currentDay) {
        usedMs.clear();
        currentDay = day;
      }
      const withThis = (usedMs.get(play.deviceId) ?? 0) + listenedMs(play, counting.credit.measure);
      if (withThis > perDeviceMs) return 'DAY_FULL';
      usedMs.set(play.deviceId, withThis);
      return undefined;
    };
  },

  /** R5: a play beyond the limit is rejected and still lengthens the run. */
  straightRuns: ({ ruleset: { counting } }, before) => {
    const { straightRunMax } = counting;
    if (straightRunMax === null) return undefined;
    let run: Run | undefined = before?.run;
    return ({ trackId, startedAt }) => {
      if (before && startedAt < before.from) return undefined;
      run = nextRun(run, trackId);
      return run.length > straightRunMax ? 'STRAIGHT_RUN' : undefined;
    };
  },

  eligibility: ({ isEligible }) =>
    isEligible && (({ trackId }) => (isEligible(trackId) ? undefined : 'BELOW_ELIGIBILITY')),

  conflict: () => (_play, _credit, found) =>
    found?.confirmed && found.isConflict ? 'CONFLICTING_REPORT' : undefined,

  case: () => (_play, _credit, found) => (found?.confirmed && !found.isConflict ? 'ARTIFICIAL' : undefined),
};

/** With the figures that the device reported, before deliveries limited them (R20). */
const asClaimed = (play: FinishedPlay): FinishedPlay => (play.claimed ? { ...play, ...play.claimed } : play);

const whyNoCredit = (policy: CountingPolicy, claimed: FinishedPlay): ReasonOf<'credit'> => {
  if (listenedMs(claimed, policy.measure) <= 0) return 'NOTHING_HEARD';
  const needsLength =
    policy.kind === 'gradTiers' ||
    policy.kind === 'fractionOrMax' ||
    (policy.kind === 'gradLinear' && policy.fullAt === 'duration');
  return needsLength && claimed.durationMs === null ? 'LENGTH_UNKNOWN' : 'BELOW_THRESHOLD';
};
