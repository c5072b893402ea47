import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { reject } from '../../domain/decider.js';
import { play } from '../../domain/playback/play.js';
import type { PlayStopped } from '../../domain/playback/events.js';
import { periodClose } from '../../domain/royalty/periods/period-close.js';
import { type Period, periodIdOf } from '../../domain/royalty/periods/period-id.js';
import { PRO_RATA } from '../../domain/royalty/rulesets/defaults.js';
import type { Ruleset } from '../../domain/royalty/rulesets/ruleset.js';
import { caseFinder } from '../../domain/royalty/statements/cases.js';
import { type RuleApplied, rulesApplied, weightApplied } from '../../domain/royalty/counting/explain.js';
import {
  outcomesOf,
  type PlayReport,
  type ReportOutcome,
} from '../../domain/royalty/counting/merged-reports.js';
import { type Verdict, verdictsOf } from '../../domain/royalty/counting/verdicts.js';
import { byStartThenId, type FinishedPlay } from '../../domain/royalty/counting/finished-play.js';
import { windowOf } from '../../domain/royalty/counting/window.js';
import type { RunBefore } from '../../domain/royalty/rules/straight-runs.js';
import { monthOf, monthStart } from '../../domain/shared/calendar.js';
import { heardIn } from '../../domain/shared/listening/segments.js';
import { deliveries } from '../../projections/audio/deliveries.js';
import { playReports } from '../../projections/royalty/play-reports.js';
import { royaltyPlays } from '../../projections/royalty/royalty-plays.js';
import { statementLines, type TrackLine } from '../../projections/royalty/statements.js';
import { trackCorrections } from '../../projections/catalogue/track-corrections.js';
import { CommandRejected } from '../streams/command-rejected.js';
import { hashOfRuleset } from '../../domain/royalty/rulesets/ruleset-hash.js';
import { ReadYourWrites } from '../projecting/read-your-writes.js';
import { Digests } from '../ports/digests.js';
import { ReadModels } from '../ports/read-models.js';
import { isReached } from './settlement/fence.js';
import { aroundTheMonth, type SettlementScope, settlementScope, runBefore } from './settlement/listeners.js';
import { SettlementLog } from './settlement/settlement-log.js';
import { Streams } from '../streams/streams.js';

/** The result of one play and the rules behind it, for listeners, labels and auditors. */
export type PlayExplanation = {
  readonly playId: string;
  /**
   * The play with its segments and the reported length of its track, merged with its numbered reports; null while it is
   * live.
   */
  readonly play: PlayStopped['data'] | null;
  /** Numbered reports of the play, in order of arrival (R15). */
  readonly reports: readonly (PlayReport & { readonly outcome: ReportOutcome })[];
  /** The undecided case that holds it because its reports contradict each other; else null. */
  readonly conflict: string | null;
  /** Corrected length of the track in ms, if the rules used one; else null. */
  readonly correctedMs: number | null;
  readonly period: string | null;
  /** The ruleset that was applied. */
  readonly ruleset: { readonly hash: string; readonly name: string } | null;
  /** `open`: preliminary; `closed`: in the statement; `late`: after its fence, for the next restatement. */
  readonly stage: 'open' | 'closed' | 'late' | null;
  readonly rules: readonly RuleApplied[];
  readonly verdict: Verdict | null;
  /** The line of its track in the statement including restatements, and the play's part of it by credit. */
  readonly money: {
    readonly lineAmount: string;
    readonly lineCreditPpm: number;
    readonly splits: readonly { readonly account: string; readonly amount: string }[];
    /** lineAmount × credit / lineCredit in micro-units, as a fraction; for information, not for payment. */
    readonly part: { readonly numerator: string; readonly denominator: string };
  } | null;
};

/** Explains a play once the read models have reached `minPosition`. */
export class ExplainPlay extends Query<PlayExplanation> {
  constructor(
    readonly playId: string,
    readonly minPosition?: bigint,
  ) {
    super();
  }
}

@QueryHandler(ExplainPlay)
export class ExplainPlayHandler implements IQueryHandler<ExplainPlay> {
  constructor(
    private readonly streams: Streams,
    private readonly log: SettlementLog,
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
    private readonly digests: Digests,
  ) {}

  async execute({ playId, minPosition }: ExplainPlay): Promise<PlayExplanation> {
    const { state, position } = await this.streams.load(play, playId);
    if (state.status === 'unknown')
      throw new CommandRejected(reject('PlayNotFound', 'The play does not exist.'));
    if (state.status === 'live') return { playId, ...LIVE };
    const upTo = minPosition === undefined || minPosition < position ? position : minPosition;
    await Promise.all(
      [royaltyPlays, playReports, deliveries, trackCorrections].map((model) =>
        this.readYourWrites.reached(model, upTo),
      ),
    );

    const { stopped } = state;
    const { offering, territory, startedAt } = stopped;
    const period = { offering, territory, month: monthOf(startedAt) };
    const periodId = periodIdOf(period);
    const close = await this.streams.load(periodClose, periodId);
    const isClosed = close.state.summary !== null;
    const settledTo = close.state.summary?.fence;
    const isLate = settledTo !== undefined && !isReached(position.toString(), settledTo);
    // A late play is explained as the next restatement would settle it.
    const fence = settledTo === undefined || isLate ? (await this.log.head()).toString() : settledTo;
    const { hash, ruleset } = await this.rulesetOf(period, close.state.close?.rulesetHash);

    const lines = isClosed ? await this.linesOf(periodId, stopped.trackId) : [];
    const { judged, verdict, rules } = await this.judge(
      playId,
      period,
      ruleset,
      { fence, released: isLate ? [] : close.state.released },
      isClosed && !isLate ? lines : undefined,
      stopped,
    );
    const reports = await this.log.reports(playId, BigInt(fence));
    const outcomes = outcomesOf(ruleset.counting.time, judged, reports);
    return {
      playId,
      play: mergedPlay(stopped, judged),
      reports: reports.map((report, i) => ({ ...report, outcome: outcomes[i] ?? 'counted' })),
      conflict: judged.conflict ?? null,
      correctedMs: judged.reportedMs === undefined ? null : judged.durationMs,
      period: periodId,
      ruleset: { hash, name: ruleset.name },
      stage: isLate ? 'late' : isClosed ? 'closed' : 'open',
      rules,
      verdict,
      money: isLate || verdict.is === 'rejected' ? null : moneyOf(lines, verdict.creditPpm),
    };
  }

  private async rulesetOf(
    period: Period,
    closedBy: string | undefined,
  ): Promise<{ readonly hash: string; readonly ruleset: Ruleset }> {
    const hash = closedBy ?? (await this.log.rulesetInForce(period));
    const published = hash === undefined ? undefined : await this.log.ruleset(hash);
    return hash !== undefined && published
      ? { hash, ruleset: published }
      : { hash: hashOfRuleset(this.digests, PRO_RATA), ruleset: PRO_RATA };
  }

  /** Computes the verdict as the settlement does: among all plays of the listener around the month. */
  private async judge(
    playId: string,
    period: Period,
    ruleset: Ruleset,
    { fence, released }: { readonly fence: string; readonly released: readonly string[] },
    closedLines: readonly TrackLine[] | undefined,
    { listenerId }: PlayStopped['data'],
  ): Promise<{
    readonly judged: FinishedPlay;
    readonly verdict: Verdict;
    readonly rules: readonly RuleApplied[];
  }> {
    const window = windowOf(period.month);
    const scope = settlementScope(this.models, { period, ruleset, fence });
    const around = await aroundTheMonth(this.models, scope, listenerId, window);
    const plays = [...around].sort(byStartThenId);
    const before = await this.runBefore(scope, listenerId);
    const cases = await this.log.cases(periodIdOf(period), BigInt(fence), released);
    const verdicts = verdictsOf(
      {
        ruleset,
        // R17 depends on the whole month: only the statement has the result. It is not applied before the close.
        isEligible: ruleset.eligibility && closedLines ? () => closedLines.length > 0 : undefined,
        caseOf: caseFinder(cases),
      },
      plays,
      before,
    );
    const index = plays.findIndex((candidate) => candidate.playId === playId);
    const [play, verdict] = [plays[index], verdicts[index]];
    if (!play || !verdict) throw new RangeError(`The read model of plays has no play ${playId}.`);
    const rules = rulesApplied(ruleset, plays, verdicts, index, before);
    if (ruleset.sharing.model !== 'artistCentric') return { judged: play, verdict, rules };
    const [recording] = await this.log.recordings([play.trackId], BigInt(fence));
    if (!recording) throw new RangeError(`No recording was found for track ${play.trackId}.`);
    return {
      judged: play,
      verdict,
      rules: [...rules, weightApplied(ruleset.sharing, play, verdict, recording)],
    };
  }

  private async runBefore(scope: SettlementScope, listenerId: string): Promise<RunBefore | undefined> {
    if (scope.ruleset.counting.straightRunMax === null) return undefined;
    const window = windowOf(monthOf(monthStart(scope.period.month) - 1));
    const monthBefore = await aroundTheMonth(this.models, scope, listenerId, window);
    return runBefore(this.models, scope, listenerId, monthBefore);
  }

  private async linesOf(periodId: string, trackId: string): Promise<readonly TrackLine[]> {
    const { documents } = await this.models.query<TrackLine>(statementLines, {
      where: { periodId, trackId },
      sort: { by: ['number'] },
      limit: RESTATEMENTS_MAX,
    });
    return documents;
  }
}

/** Far more restatements than a period ever has. */
const RESTATEMENTS_MAX = 1_000;

/** The play as the verdict used it, merged with its numbered reports. */
const mergedPlay = (
  stopped: PlayStopped['data'],
  { parts, ...judged }: FinishedPlay,
): PlayStopped['data'] => {
  if (!parts) return stopped;
  const { deviceId, endedAt: at, receivedAt, muted = false } = judged;
  const segments = parts.flatMap((part) => part.segments);
  const heard = heardIn(segments, stopped.durationMs);
  return { ...stopped, ...heard, deviceId, at, receivedAt: receivedAt ?? at, muted, segments };
};

const LIVE = {
  play: null,
  reports: [],
  conflict: null,
  correctedMs: null,
  period: null,
  ruleset: null,
  stage: null,
  rules: [],
  verdict: null,
  money: null,
} as const;

const moneyOf = (lines: readonly TrackLine[], creditPpm: number): PlayExplanation['money'] => {
  const splits = new Map<string, bigint>();
  let amount = 0n;
  let lineCredit = 0;
  for (const line of lines) {
    amount += BigInt(line.amount);
    lineCredit += line.creditPpm;
    for (const split of line.splits)
      splits.set(split.account, (splits.get(split.account) ?? 0n) + BigInt(split.amount));
  }
  if (lineCredit <= 0) return null;
  return {
    lineAmount: String(amount),
    lineCreditPpm: lineCredit,
    splits: Array.from(splits, ([account, sum]) => ({ account, amount: String(sum) })),
    part: { numerator: String(amount * BigInt(creditPpm)), denominator: String(lineCredit) },
  };
};
