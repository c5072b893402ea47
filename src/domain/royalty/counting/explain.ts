import { listenedMs } from '../../shared/listening/segments.js';
import { nextRun, type Run, type RunBefore } from '../rules/straight-runs.js';
import type { Ruleset } from '../rulesets/ruleset.js';
import type { ArtistCentricPolicy } from '../rules/artist-centric.js';
import { isActive } from '../../shared/listening/play-source.js';
import type { Recording } from './usage-rules.js';
import type { RejectionCode, Verdict } from './verdicts.js';
import type { FinishedPlay } from './finished-play.js';
import { DAY_MS } from '../../shared/civil-date.js';

/** One rule as it was applied to one play. */
export type RuleApplied = {
  /** Number in the rule book: `R2`, `R16`, `F2`; `case` for what a person decided. */
  readonly rule: string;
  /** `passed`; `failed`: this is why it earns nothing; `notReached`: an earlier one failed; `off`: the ruleset has no such rule. */
  readonly outcome: 'passed' | 'failed' | 'notReached' | 'off';
  /** What the rule looked at: the play's own figures, the ruleset's parameters, and what came before. */
  readonly inputs: Readonly<Record<string, unknown>>;
};

type Check = {
  readonly rule: string;
  /** Null when the ruleset has the rule switched off. */
  readonly codes: readonly RejectionCode[] | null;
  readonly inputs: Readonly<Record<string, unknown>>;
};

/**
 * The rules in the order in which `verdictsOf` applies them.
 *
 * @param plays of the same listener, in order of (start, id), each with its verdict; the play is at `index`
 * @param runBefore as for `verdictsOf`. Of a run from before the month it tells no more than that the limit is reached
 */
export const rulesApplied = (
  ruleset: Ruleset,
  plays: readonly FinishedPlay[],
  verdicts: readonly Verdict[],
  index: number,
  runBefore?: RunBefore,
): readonly RuleApplied[] => {
  const [play, verdict] = [plays[index], verdicts[index]];
  if (!play || !verdict) throw new RangeError(`There is no play ${index}.`);

  let failed = false;
  const checks = checksOf(ruleset, play, verdict, before(plays, verdicts, index), runBefore);
  return checks.map(({ rule, codes, inputs }) => {
    if (!codes) return { rule, outcome: 'off', inputs };
    if (failed) return { rule, outcome: 'notReached', inputs };
    failed = verdict.is === 'rejected' && codes.includes(verdict.reason);
    return { rule, outcome: failed ? 'failed' : 'passed', inputs };
  });
};

/** R9: what a play that counts weighs in the pool, besides who its artist is and how many plays its listener had. */
export const weighed = (
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

/** The plays that had passed the rules of counting up to streams, days and runs when the play began. */
const before = (plays: readonly FinishedPlay[], verdicts: readonly Verdict[], index: number) =>
  plays.slice(0, index).flatMap((play, i) => {
    const verdict = verdicts[i];
    const reason = verdict?.is === 'rejected' ? verdict.reason : undefined;
    return reason !== undefined && BEFORE_RUNS.includes(reason) ? [] : [{ play, reason }];
  });

/** Whoever fails one of these takes no stream, no room in a day and no place in a run. */
const BEFORE_RUNS: readonly RejectionCode[] = [
  'NEGATIVE_DURATION',
  'FUTURE',
  'TOO_OLD',
  'LONGER_THAN_WALL',
  'NO_DELIVERY_EVIDENCE',
  'NOTHING_HEARD',
  'LENGTH_UNKNOWN',
  'BELOW_THRESHOLD',
  'CONCURRENT',
];

const checksOf = (
  { counting, integrity, eligibility, penalties }: Ruleset,
  play: FinishedPlay,
  verdict: Verdict,
  earlier: ReturnType<typeof before>,
  runBefore: RunBefore | undefined,
): readonly Check[] => {
  const { startedAt, endedAt, receivedAt, durationMs, playedMs, uniqueMs, wallMs, trackId } = play;
  const { reportedMs } = play;
  const { concurrency, straightRunMax, credit, time, delivery } = counting;
  const { claimed = { playedMs, uniqueMs, wallMs } } = play;
  const tolerance = concurrency?.overlapToleranceMs ?? 0;
  const going = earlier.filter(({ play }) => startedAt < play.endedAt - tolerance);
  const inDays = earlier.filter(({ reason }) => reason !== 'DAY_FULL').map(({ play }) => play);
  let run: Run | undefined = runBefore?.run;
  for (const one of inDays) if (one.startedAt >= (runBefore?.from ?? 0)) run = nextRun(run, one.trackId);
  return [
    {
      rule: 'R14',
      codes: ['NEGATIVE_DURATION', 'FUTURE', 'TOO_OLD', 'LONGER_THAN_WALL'],
      inputs: { startedAt, endedAt, wallMs: claimed.wallMs, receivedAt, ...time },
    },
    {
      rule: 'R20',
      codes: delivery && ['NO_DELIVERY_EVIDENCE'],
      inputs: delivery ? { ...delivery, claimed, borneOut: { playedMs, uniqueMs, wallMs } } : {},
    },
    {
      rule: credit.kind === 'threshold' ? 'R2' : 'R3',
      codes: ['NOTHING_HEARD', 'LENGTH_UNKNOWN', 'BELOW_THRESHOLD'],
      inputs: {
        durationMs,
        ...(reportedMs !== undefined && { reportedDurationMs: reportedMs }),
        playedMs,
        uniqueMs,
        wallMs,
        listenedMs: listenedMs(play, credit.measure),
        policy: credit,
      },
    },
    {
      rule: 'R16',
      codes: concurrency && ['CONCURRENT'],
      inputs: concurrency ? { ...concurrency, goingOn: going.map(({ play }) => play.playId) } : {},
    },
    {
      rule: 'F2',
      codes: integrity.wallClock && ['DAY_FULL'],
      inputs: integrity.wallClock
        ? { perDeviceMs: integrity.wallClock.perDeviceMs, usedMs: usedOnDay(inDays, play, credit.measure) }
        : {},
    },
    {
      rule: 'R5',
      codes: straightRunMax === null ? null : ['STRAIGHT_RUN'],
      inputs: straightRunMax === null ? {} : { straightRunMax, inARow: nextRun(run, trackId).length },
    },
    {
      rule: 'R17',
      codes: eligibility && ['BELOW_ELIGIBILITY'],
      inputs: eligibility ?? {},
    },
    {
      rule: 'R15',
      codes: ['CONFLICTING_REPORT'],
      inputs: { conflict: play.conflict ?? null },
    },
    {
      rule: 'case',
      codes: ['ARTIFICIAL'],
      inputs: caseInputs(verdict, penalties),
    },
  ];
};

/** What the plays that persons found artificial cost is on the line of their track (R18). */
const caseInputs = (verdict: Verdict, penalties: Ruleset['penalties']): Check['inputs'] => {
  if (verdict.is === 'held') return { heldBy: verdict.caseId };
  return verdict.is === 'rejected' && verdict.reason === 'ARTIFICIAL' ? { penalties } : {};
};

const usedOnDay = (
  earlier: readonly FinishedPlay[],
  { deviceId, startedAt }: FinishedPlay,
  measure: 'unique' | 'played',
): number =>
  earlier
    .filter(
      (one) =>
        one.deviceId === deviceId && Math.floor(one.startedAt / DAY_MS) === Math.floor(startedAt / DAY_MS),
    )
    .reduce((sum, one) => sum + listenedMs(one, measure), 0);
