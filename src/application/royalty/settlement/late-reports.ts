import type { Ruleset } from '../../../domain/royalty/rulesets/ruleset.js';
import { type PlayReport, mergedWithReports } from '../../../domain/royalty/counting/merged-reports.js';
import { playReports, type ReportDocument, reportOf } from '../../../projections/royalty/play-reports.js';
import { type RoyaltyPlay, segmentsOf } from '../../../projections/royalty/royalty-plays.js';
import { allPages } from '../../projecting/all-pages.js';
import type { Query, ReadModels } from '../../ports/read-models.js';
import { isReached } from './fence.js';

const PAGE = 1_000;

/** Reports in all that are kept at hand instead of being looked up. */
export const FEW_MAX = 200;

type ByPlay = ReadonlyMap<string, readonly PlayReport[]>;

/**
 * What devices told later of plays, up to a fence (R15). Where there are few reports in all they are read at once; else
 * those of each page of plays are looked up.
 */
export class LateReports {
  private all: Promise<ByPlay | 'many'> | undefined;

  constructor(
    private readonly models: ReadModels,
    private readonly ruleset: Ruleset,
    private readonly fence: string,
  ) {}

  /** Plays with all that is known of them. */
  async merged(plays: readonly RoyaltyPlay[]): Promise<readonly RoyaltyPlay[]> {
    const all = await (this.all ??= this.few());
    const reports = all === 'many' ? await this.of(plays) : all;
    if (reports.size === 0) return plays;
    const { time } = this.ruleset.counting;
    return plays.map((play) => {
      const told = reports.get(play.playId);
      return told ? mergedWithReports(time, play, segmentsOf(play), told) : play;
    });
  }

  private async few(): Promise<ByPlay | 'many'> {
    const { documents, next } = await this.models.query<ReportDocument>(playReports, { limit: FEW_MAX });
    return next === undefined ? this.byPlay(documents) : 'many';
  }

  private async of(plays: readonly RoyaltyPlay[]): Promise<ByPlay> {
    if (plays.length === 0) return new Map();
    const found: ReportDocument[] = [];
    const query = { where: whereOf(plays), sort: { by: ['listenerId', 'startedAt'] }, limit: PAGE };
    for await (const { documents } of allPages<ReportDocument>(this.models, playReports, query))
      found.push(...documents);
    return this.byPlay(found);
  }

  private byPlay(documents: readonly ReportDocument[]): ByPlay {
    const known = documents.filter(({ position }) => isReached(position, this.fence));
    const byPlay = Map.groupBy(known, ({ playId }) => playId);
    return new Map(Array.from(byPlay, ([playId, reports]) => [playId, reports.map(reportOf)]));
  }
}

/** Listeners and starts of plays. */
const whereOf = (plays: readonly RoyaltyPlay[]): NonNullable<Query['where']> => {
  let [gte, lte] = [Infinity, 0];
  const listeners = new Set<string>();
  for (const { listenerId, startedAt } of plays) {
    listeners.add(listenerId);
    gte = Math.min(gte, startedAt);
    lte = Math.max(lte, startedAt);
  }
  return { listenerId: { in: [...listeners] }, startedAt: { gte, lte } };
};
