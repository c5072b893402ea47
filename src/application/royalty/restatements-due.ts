import { Injectable } from '@nestjs/common';
import type { Ruleset } from '../../domain/royalty/rulesets/ruleset.js';
import { rightPaidBy } from '../../domain/royalty/sharing/pools.js';
import { monthOf, monthStart } from '../../domain/shared/calendar.js';
import { type CasePage, cases } from '../../projections/integrity/cases.js';
import { type PeriodPage, periods } from '../../projections/royalty/periods.js';
import { royaltyPlays } from '../../projections/royalty/royalty-plays.js';
import { type RulesetPage, rulesets } from '../../projections/royalty/rulesets.js';
import {
  type TrackChange,
  type TrackChanges,
  trackChanges,
} from '../../projections/catalogue/track-changes.js';
import { ReadYourWrites } from '../projecting/read-your-writes.js';
import { ReadModels } from '../ports/read-models.js';

export const RESTATEMENT_REASONS = [
  /** Plays arrived. */
  'LATE_USAGE',
  'REFUND',
  'RATE_CORRECTED',
  /** Shares in a played track were claimed or withdrawn, or a dispute was resolved. */
  'RIGHTS',
  /** The length of a played track was corrected, or it was classified and the ruleset uses that. */
  'METADATA',
  /** Deliveries of a played track were recorded, and the ruleset has R20. */
  'DELIVERIES',
  /** A case was opened, or its decision is not applied yet. */
  'CASES',
] as const;

/** A reason why a restatement may change the books. `since`: time of the first such event, epoch milliseconds. */
export type RestatementDue = {
  readonly reason: (typeof RESTATEMENT_REASONS)[number];
  readonly since: number;
};

/** Tracks in one query for played tracks. */
const TRACKS_AT_ONCE = 50;
const MOST = 1_000;

type BegunSettlement = NonNullable<PeriodPage['settled']>;

/**
 * Finds reasons to restate a settled period: relevant changes after its fence, by position in the log. Does not settle
 * the period again, so the cost depends on the changes, not on the size of the period.
 */
@Injectable()
export class RestatementsDue {
  constructor(
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  /** Resolves once all read models used here have reached `position`. @throws {NotYetVisible} */
  async reached(position: bigint | undefined): Promise<void> {
    const models = [periods, trackChanges, cases, rulesets, royaltyPlays];
    await Promise.all(models.map((model) => this.readYourWrites.reached(model, position)));
  }

  /** In order of `RESTATEMENT_REASONS`, each at most once; empty for a period that was never closed. */
  async of(period: PeriodPage): Promise<readonly RestatementDue[]> {
    const { settled, unseen } = period;
    if (!settled) return [];
    const since = new Map<string, number>(Object.entries(unseen));
    const found = [...(await this.byTracks(period, settled)), ...(await this.byCases(period, settled))];
    for (const due of found) since.set(due.reason, due.since);
    return RESTATEMENT_REASONS.flatMap((reason) => {
      const first = since.get(reason);
      return first === undefined ? [] : [{ reason, since: first }];
    });
  }

  private async byTracks(period: PeriodPage, settled: BegunSettlement): Promise<readonly RestatementDue[]> {
    const found = await this.models.get<RulesetPage>(rulesets, settled.rulesetHash);
    if (!found) return [];
    const fence = Number(settled.fence);
    const { documents } = await this.models.query<TrackChanges>(trackChanges, {
      where: { ...askedBy(found.ruleset, period), lastPosition: { gt: fence } },
      limit: MOST,
    });
    const due: RestatementDue[] = [];
    for (const [reason, changes] of Map.groupBy(documents, ({ kind }) => REASON_OF[kind])) {
      const relevant = changes.filter(
        (one) => one.kind !== 'delivery' || isInReach(one, found.ruleset, period),
      );
      const since = await this.firstThatTouches(period.periodId, relevant, fence);
      if (since !== undefined) due.push({ reason, since });
    }
    return due;
  }

  /** Time of the first change after the fence to a played track. */
  private async firstThatTouches(
    periodId: string,
    changes: readonly TrackChanges[],
    fence: number,
  ): Promise<number | undefined> {
    // With too many changes to check, they are assumed to affect the period.
    const forgotten = changes.flatMap((one) =>
      one.forgotten && one.forgotten.position > fence ? [one.forgotten.at] : [],
    );
    if (forgotten.length > 0) return Math.min(...forgotten);
    const later = changes
      .flatMap(({ recent }) => recent.filter(({ position }) => position > fence))
      .sort((a, b) => a.position - b.position);
    for (let at = 0; at < later.length; at += TRACKS_AT_ONCE) {
      const some = later.slice(at, at + TRACKS_AT_ONCE);
      if (!(await this.wasPlayed(periodId, some))) continue;
      for (const one of some) if (await this.wasPlayed(periodId, [one])) return one.at;
    }
    return undefined;
  }

  private async wasPlayed(period: string, changes: readonly TrackChange[]): Promise<boolean> {
    const trackId = { in: changes.map((one) => one.trackId) };
    const { documents } = await this.models.query(royaltyPlays, { where: { period, trackId }, limit: 1 });
    return documents.length > 0;
  }

  private async byCases(
    { periodId }: PeriodPage,
    settled: BegunSettlement,
  ): Promise<readonly RestatementDue[]> {
    const fence = Number(settled.fence);
    const { documents } = await this.models.query<CasePage>(cases, {
      where: { periodId, position: { gt: fence } },
      sort: { by: ['position'] },
      limit: MOST,
    });
    const first = documents.find((one) =>
      // A case opened and released after the fence never held anything.
      holdsSince(one) > fence
        ? one.status !== 'release'
        : one.status !== 'open' && !settled.released.includes(one.caseId),
    );
    if (!first) return [];
    const { openedAt, decidedAt = openedAt } = first;
    return [{ reason: 'CASES', since: holdsSince(first) > fence ? openedAt : decidedAt }];
  }
}

/** Contradicting reports hold their play from the second report, even before a case is opened. */
const holdsSince = ({ rule, fence, openedPosition }: CasePage): number =>
  rule === 'CONFLICTING_REPORT' && fence !== undefined ? Number(fence) : openedPosition;

const REASON_OF = {
  rights: 'RIGHTS',
  length: 'METADATA',
  kind: 'METADATA',
  delivery: 'DELIVERIES',
} as const satisfies Record<TrackChanges['kind'], RestatementDue['reason']>;

/** Selects the changes that matter to a settlement by this ruleset. */
const askedBy = (ruleset: Ruleset, { territory, month }: PeriodPage) => {
  const kinds: TrackChanges['kind'][] = ['rights', 'length'];
  if (ruleset.sharing.model === 'artistCentric') kinds.push('kind');
  if (ruleset.counting.delivery) kinds.push('delivery');
  const right = rightPaidBy(ruleset);
  return {
    kind: { in: kinds },
    scope: { in: ['', `${right} ${territory}`, `${right} *`] },
    month: { lte: month },
  };
};

/** R20: deliveries older than the ruleset's window confirm nothing. */
const isInReach = (changes: TrackChanges, { counting }: Ruleset, { month }: PeriodPage): boolean =>
  changes.month >= monthOf(Math.max(0, monthStart(month) - (counting.delivery?.windowMs ?? 0)));
