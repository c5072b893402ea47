import { listenedMs } from '../../shared/listening/segments.js';
import { creditPpm, type CountingPolicy } from '../rules/credit.js';
import type { Ruleset } from '../rulesets/ruleset.js';
import { nextRun, type Run, type RunBefore } from '../rules/straight-runs.js';
import { timeFault } from '../rules/time-check.js';
import type { FinishedPlay } from './finished-play.js';
import { DAY_MS } from '../../shared/civil-date.js';

/**
 * Why a play earns nothing: the first that applies, in this order. Later checks look only at plays that passed the
 * earlier ones: who merely skipped through tracks blocks nobody's stream.
 */
export const REJECTION_CODES = [
  /** It ended before it began (R14). */
  'NEGATIVE_DURATION',
  /** It says that it ended after the service had it (R14). */
  'FUTURE',
  /** It arrived too late (R14). */
  'TOO_OLD',
  /** It rendered longer than it lasted (R14): a clock was turned. */
  'LONGER_THAN_WALL',
  /** It would count, had its device been sent what it says was heard (R20). */
  'NO_DELIVERY_EVIDENCE',
  'NOTHING_HEARD',
  /** The ruleset counts by parts of the track, and how long that is was not known. A correction restates it. */
  'LENGTH_UNKNOWN',
  'BELOW_THRESHOLD',
  /** The account was playing as many other streams as it may (R16). */
  'CONCURRENT',
  /** The device's day was full (F2). */
  'DAY_FULL',
  /** Too many in a row of the same track (R5). */
  'STRAIGHT_RUN',
  /** The track has too few streams in its last months (R17). */
  'BELOW_ELIGIBILITY',
  /** A person confirmed that what its devices told of it cannot be believed (R15). */
  'CONFLICTING_REPORT',
  /** A person confirmed the case that was opened about it (R18). */
  'ARTIFICIAL',
] as const;

export type RejectionCode = (typeof REJECTION_CODES)[number];

/** Exactly one for each play (I7). A held play keeps its credit: its money waits with the case (edge case 41). */
export type Verdict =
  | { readonly is: 'counted'; readonly creditPpm: number }
  | { readonly is: 'held'; readonly creditPpm: number; readonly caseId: string }
  | { readonly is: 'rejected'; readonly reason: RejectionCode };

/** What verdicts need besides the plays. */
export type VerdictRules = {
  readonly ruleset: Ruleset;
  /** R17, by track. Undefined while that is being found out. */
  readonly isEligible?: ((trackId: string) => boolean) | undefined;
  /** The case that holds a play, or that found it artificial or told in contradictions (`isConflict`). */
  readonly caseOf: (
    play: FinishedPlay,
  ) =>
    | { readonly caseId: string; readonly confirmed: boolean; readonly isConflict?: boolean | undefined }
    | undefined;
};

/**
 * A verdict for each of one listener's plays.
 *
 * @param plays in order of (start, id); the month's, those that precede it (`Window`), and those of the listener's other
 *   offerings and territories, which share the account's streams
 * @param before the run with which the month begins; earlier plays are not looked at for runs (R5). Absent: none is
 *   under way at the first play
 */
export const verdictsOf = (
  rules: VerdictRules,
  plays: readonly FinishedPlay[],
  before?: RunBefore,
): readonly Verdict[] => {
  const { counting, integrity } = rules.ruleset;
  const stream = counting.concurrency && streams(counting.concurrency);
  const day = integrity.wallClock && days(integrity.wallClock.perDeviceMs, counting.credit.measure);
  const run = counting.straightRunMax === null ? null : runs(counting.straightRunMax, before);

  return plays.map((play) => {
    const claimed = play.claimed ? { ...play, ...play.claimed } : play;
    const fault = timeFault(counting.time, claimed);
    if (fault) return rejected(fault);
    const credit = creditPpm(counting.credit, play, play.durationMs);
    if (credit === 0) return rejected(whyNoCredit(counting.credit, claimed));
    if (stream && !stream(play)) return rejected('CONCURRENT');
    if (day && !day(play)) return rejected('DAY_FULL');
    if (run && !run(play)) return rejected('STRAIGHT_RUN');
    if (rules.isEligible && !rules.isEligible(play.trackId)) return rejected('BELOW_ELIGIBILITY');
    const found = rules.caseOf(play);
    if (!found) return { is: 'counted', creditPpm: credit };
    if (!found.confirmed) return { is: 'held', creditPpm: credit, caseId: found.caseId };
    return rejected(found.isConflict ? 'CONFLICTING_REPORT' : 'ARTIFICIAL');
  });
};

const REJECTED = new Map<RejectionCode, Verdict>(
  REJECTION_CODES.map((reason) => [reason, { is: 'rejected', reason }]),
);

const rejected = (reason: RejectionCode): Verdict => REJECTED.get(reason) ?? { is: 'rejected', reason };

/** @param play as its device claims it */
const whyNoCredit = (policy: CountingPolicy, play: FinishedPlay): RejectionCode => {
  if (listenedMs(play, policy.measure) <= 0) return 'NOTHING_HEARD';
  if (creditPpm(policy, play, play.durationMs) > 0) return 'NO_DELIVERY_EVIDENCE';
  const countsParts =
    policy.kind === 'gradTiers' ||
    policy.kind === 'fractionOrMax' ||
    (policy.kind === 'gradLinear' && policy.fullAt === 'duration');
  return countsParts && play.durationMs === null ? 'LENGTH_UNKNOWN' : 'BELOW_THRESHOLD';
};

// Each of these remembers what it has let pass, and answers whether the next play may.

/** R16: fewer than the allowed streams are still going on when it starts. */
const streams = (policy: { readonly maxStreams: number; readonly overlapToleranceMs: number }) => {
  let going: number[] = [];
  return ({ startedAt, endedAt }: FinishedPlay): boolean => {
    // Later plays start no earlier: what is over now stays over.
    if (going.length > 0) going = going.filter((end) => startedAt < end - policy.overlapToleranceMs);
    if (going.length >= policy.maxStreams) return false;
    going.push(endedAt);
    return true;
  };
};

/** F2: what counts on one device within one UTC day fits into the limit. */
const days = (limitMs: number, measure: CountingPolicy['measure']) => {
  let today = -1;
  const used = new Map<string, number>();
  return (play: FinishedPlay): boolean => {
    const day = Math.floor(play.startedAt / DAY_MS);
    if (day !== today) {
      used.clear();
      today = day;
    }
    const withThis = (used.get(play.deviceId) ?? 0) + listenedMs(play, measure);
    if (withThis > limitMs) return false;
    used.set(play.deviceId, withThis);
    return true;
  };
};

/** R5: not beyond the longest run of one track. A play beyond it makes the run longer all the same. */
const runs = (limit: number, before: RunBefore | undefined) => {
  let run: Run | undefined = before?.run;
  return ({ trackId, startedAt }: FinishedPlay): boolean => {
    if (before && startedAt < before.from) return true;
    run = nextRun(run, trackId);
    return run.length <= limit;
  };
};
