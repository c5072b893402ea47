import { Injectable } from '@nestjs/common';
import { type Rejection, reject } from '../../domain/decider.js';
import { type Period, periodIdOf } from '../../domain/royalty/period-id.js';
import type { PeriodInput } from '../../domain/royalty/period-events.js';
import { type Ruleset } from '../../domain/royalty/rulesets/ruleset.js';
import { caseFinder } from '../../domain/royalty/settlement/cases.js';
import { eligibleTracks, streamsOf } from '../../domain/royalty/settlement/eligible.js';
import { rightPaidBy } from '../../domain/royalty/settlement/pools.js';
import { type CaseFacts, type Settlement, settle } from '../../domain/royalty/settlement/settle.js';
import { type ShareTimeline, UNCLAIMED } from '../../domain/royalty/settlement/share-timeline.js';
import { openUsage, type Recording, type Usage } from '../../domain/royalty/settlement/usage.js';
import { type Window, windowOf } from '../../domain/royalty/settlement/window.js';
import { type Month, monthsBefore } from '../../domain/shared/calendar.js';
import { CommandRejected } from '../command-rejected.js';
import { Digests } from '../ports/digests.js';
import { ReadModels } from '../ports/read-models.js';
import { CorrectedLengths } from './corrected-lengths.js';
import { type ListenerPlays, listenersOf } from './listeners.js';
import { recordingIn, withReleased } from './period-log.js';
import { SettlementLog } from './settlement-log.js';

/** What to settle, and as of when. */
export type ToSettle = {
  readonly period: Period;
  readonly rulesetHash: string;
  /** Decimal position: plays, rights and cases after it do not exist. */
  readonly fence: string;
  readonly inputs: readonly PeriodInput[];
  /** Cases that were released after the fence. */
  readonly released?: readonly string[];
};

/** Settles periods from the read model of plays and the streams of everything else. It changes nothing. */
@Injectable()
export class Settler {
  constructor(
    private readonly log: SettlementLog,
    private readonly models: ReadModels,
    private readonly digests: Digests,
  ) {}

  /**
   * @throws {CommandRejected} `RulesetNotFound`, `NoRevenue`, `RatesMissing`
   * @throws {ModelNotReady} {ReadModelsUnavailable} {StoreUnavailable}
   */
  async settle({ period, rulesetHash, fence, inputs, released = [] }: ToSettle): Promise<Settlement> {
    const ruleset = await this.log.ruleset(rulesetHash);
    if (!ruleset) throw new CommandRejected(RULESET_NOT_FOUND);
    const cases = withReleased(await this.log.cases(periodIdOf(period), BigInt(fence)), released);
    const month = new MonthOfPlays(this.log, this.models, this.digests, period, ruleset, cases, fence);
    const usage = await month.usage();
    const outcome = settle(
      {
        period,
        fence,
        ruleset,
        rulesetHash,
        inputs,
        cases,
        timelineOf: month.timelineOf,
        sha256: (bytes) => this.digests.sha256(bytes),
      },
      usage,
    );
    if ('rejected' in outcome) throw new CommandRejected(outcome);
    return outcome;
  }
}

const RULESET_NOT_FOUND: Rejection = reject('RulesetNotFound', 'No ruleset with this hash is published.');

/** One period's plays on their way into usage. What is asked of tracks is kept: it is asked again for the lines. */
class MonthOfPlays {
  private readonly timelines = new Map<string, ShareTimeline>();
  private readonly recordings = new Map<string, Recording>();
  private readonly periodId: string;
  private readonly window: Window;
  readonly lengths: CorrectedLengths;

  constructor(
    private readonly log: SettlementLog,
    private readonly models: ReadModels,
    private readonly digests: Digests,
    readonly period: Period,
    readonly ruleset: Ruleset,
    private readonly cases: readonly CaseFacts[],
    readonly fence: string,
  ) {
    this.periodId = periodIdOf(period);
    this.window = windowOf(period.month);
    this.lengths = new CorrectedLengths(models, fence);
  }

  readonly timelineOf = (trackId: string): ShareTimeline => this.timelines.get(trackId) ?? UNCLAIMED;

  /** Once through the plays; twice where only tracks with enough streams enter the pool (R17). */
  async usage(): Promise<Usage> {
    const { eligibility } = this.ruleset;
    if (!eligibility) return this.fold();
    const { tracks } = await this.fold();
    const earlier = await this.earlierPlays(monthsBefore(this.period.month, eligibility.windowMonths - 1));
    const eligible = eligibleTracks(eligibility, tracks, earlier);
    return this.fold((trackId) => eligible.has(trackId));
  }

  private async fold(isEligible?: (trackId: string) => boolean): Promise<Usage> {
    const fold = openUsage({
      ruleset: this.ruleset,
      periodId: this.periodId,
      isEligible,
      caseOf: caseFinder(this.cases),
      timelineOf: this.timelineOf,
      recordingOf: (trackId) => this.recordings.get(trackId) ?? recordingIn(trackId, []),
      sha256: (bytes) => this.digests.sha256(bytes),
    });
    for await (const listeners of listenersOf(this.models, this)) {
      await this.learn(listeners);
      for (const { listenerId, plays, before } of listeners) fold.add(listenerId, plays, before);
    }
    return fold.usage();
  }

  /** Looks up what is not yet known of the tracks that these listeners played. */
  private async learn(listeners: readonly ListenerPlays[]): Promise<void> {
    const unknown = new Set<string>();
    for (const { plays } of listeners)
      for (const { trackId } of plays) if (!this.timelines.has(trackId)) unknown.add(trackId);
    const ids = [...unknown];
    const { territory } = this.period;
    const scope = { right: rightPaidBy(this.ruleset), territory, window: this.window };
    const timelines = await this.log.timelines(ids, scope, BigInt(this.fence));
    for (const [i, timeline] of timelines.entries()) this.timelines.set(ids[i] ?? '', timeline);
    if (this.ruleset.sharing.model !== 'artistCentric') return;
    const recordings = await this.log.recordings(ids, BigInt(this.fence));
    for (const [i, recording] of recordings.entries()) this.recordings.set(ids[i] ?? '', recording);
  }

  private async earlierPlays(months: readonly Month[]): Promise<ReadonlyMap<string, number>> {
    const sums = new Map<string, number>();
    for (const month of months) {
      const periodId = periodIdOf({ ...this.period, month });
      const restatements = restatementsIn(await this.log.period(periodId));
      const lines = await this.log.lines(periodId, restatements, BigInt(this.fence));
      for (const line of lines.values())
        sums.set(line.trackId, (sums.get(line.trackId) ?? 0) + streamsOf(line));
    }
    return sums;
  }
}

const restatementsIn = (events: Awaited<ReturnType<SettlementLog['period']>>): number =>
  events.filter(({ type }) => type === 'RestatementBegun').length;
