import { type Period, periodIdOf } from '../../../domain/royalty/periods/period-id.js';
import type { Ruleset } from '../../../domain/royalty/rulesets/ruleset.js';
import { caseFinder } from '../../../domain/royalty/statements/cases.js';
import type { Leaves } from '../../../domain/royalty/counting/play-roots.js';
import { rightPaidBy } from '../../../domain/royalty/sharing/pools.js';
import type { CaseFacts } from '../../../domain/royalty/statements/settlement.js';
import {
  equalTimelines,
  type ShareTimeline,
  UNCLAIMED,
} from '../../../domain/royalty/counting/share-timeline.js';
import {
  openPart,
  type PartFold,
  type RangeFold,
  type UsagePart,
} from '../../../domain/royalty/sharing/usage-part.js';
import type { Recording } from '../../../domain/royalty/counting/usage-rules.js';
import { type Window, windowOf } from '../../../domain/royalty/counting/window.js';
import type { Digests } from '../../ports/digests.js';
import type { KeyRange, ReadModels } from '../../ports/read-models.js';
import type { UsageWorker } from './usage-workers.js';
import { type ListenerPlays, listenersOf, type SettlementScope, settlementScope } from './listeners.js';
import { recordingIn } from './period-log.js';
import type { SettlementLog } from './settlement-log.js';

/** Sources of a settlement's data. */
export type SettlementSources = {
  readonly log: SettlementLog;
  readonly models: ReadModels;
  readonly digests: Digests;
};

/** A month to fold as of a fence: plain data that threads can exchange. */
export type MonthToFold = {
  readonly period: Period;
  readonly ruleset: Ruleset;
  readonly cases: readonly CaseFacts[];
  /** Decimal position. */
  readonly fence: string;
  /** Eligible tracks (R17); undefined without R17, and in the pass that finds them. */
  readonly eligible: ReadonlySet<string> | undefined;
};

/** Folds ranges of a period from the read model of plays, in this thread. */
export class MonthFold implements UsageWorker {
  private readonly timelines = new Map<string, ShareTimeline>();
  private readonly interned = equalTimelines();
  private readonly recordings = new Map<string, Recording>();
  private readonly ranges = new Map<number, RangeFold>();
  private readonly scope: SettlementScope;
  private readonly window: Window;
  private readonly usage: PartFold;

  constructor(
    private readonly sources: SettlementSources,
    { period, ruleset, cases, fence, eligible }: MonthToFold,
  ) {
    const { models, digests } = sources;
    this.scope = settlementScope(models, { period, ruleset, fence });
    this.window = windowOf(period.month);
    this.usage = openPart({
      ruleset,
      periodId: periodIdOf(period),
      isEligible: eligible && ((trackId) => eligible.has(trackId)),
      caseOf: caseFinder(cases),
      timelineOf: (trackId) => this.timelines.get(trackId) ?? UNCLAIMED,
      recordingOf: (trackId) => this.recordings.get(trackId) ?? recordingIn(trackId, []),
      sha256: (bytes) => digests.sha256(bytes),
    });
  }

  async fold(number: number, keys: KeyRange): Promise<Leaves> {
    const range = this.usage.open(number);
    this.ranges.set(number, range);
    for await (const listeners of listenersOf(this.sources.models, this.scope, keys)) {
      await this.lookUp(listeners);
      for (const { listenerId, plays, before } of listeners) range.add(listenerId, plays, before);
    }
    return range.leaves();
  }

  placeAt(number: number, before: Leaves): void {
    this.ranges.get(number)?.placeAt(before);
  }

  async part(): Promise<UsagePart> {
    return this.usage.part();
  }

  async close(): Promise<void> {}

  /** Looks up the timelines and catalogue data of tracks that were not played before. */
  private async lookUp(listeners: readonly ListenerPlays[]): Promise<void> {
    const unknown = new Set<string>();
    for (const { plays } of listeners)
      for (const play of plays) {
        play.track = this.usage.find(play.trackId);
        if (play.track === undefined && !this.timelines.has(play.trackId)) unknown.add(play.trackId);
      }
    if (unknown.size === 0) return;
    const ids = [...unknown];
    const { log } = this.sources;
    const { ruleset, fence, period } = this.scope;
    const scope = { right: rightPaidBy(ruleset), territory: period.territory, window: this.window };
    const timelines = await log.timelines(ids, scope, BigInt(fence));
    for (const [i, timeline] of timelines.entries())
      this.timelines.set(ids[i] ?? '', this.interned(timeline));
    if (ruleset.sharing.model !== 'artistCentric') return;
    const recordings = await log.recordings(ids, BigInt(fence));
    for (const [i, recording] of recordings.entries()) this.recordings.set(ids[i] ?? '', recording);
  }
}
