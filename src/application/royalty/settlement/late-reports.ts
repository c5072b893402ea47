import type { Ruleset } from '../../../domain/royalty/rulesets/ruleset.js';
import { type PlayReport, mergedWithReports } from '../../../domain/royalty/counting/merged-reports.js';
import { playReports, type ReportDocument, reportOf } from '../../../projections/royalty/play-reports.js';
import { type RoyaltyPlay, segmentsOf } from '../../../projections/royalty/royalty-plays.js';
import { allPages } from '../../projecting/all-pages.js';
import type { Query, ReadModels } from '../../ports/read-models.js';
import { isReached } from './fence.js';

const PAGE = 1_000;

/** Up to this number, all reports are loaded at once. */
export const PRELOADED_MAX = 200;

type ByPlay = ReadonlyMap<string, readonly PlayReport[]>;

/**
 * Numbered reports of plays up to a fence (R15). Loads all reports if there are at most `PRELOADED_MAX`; else looks up
 * those of each page of plays.
 */
export class LateReports {
  private all: Promise<ByPlay | 'many'> | undefined;

  constructor(
    private readonly models: ReadModels,
    private readonly ruleset: Ruleset,
    private readonly fence: string,
  ) {}

  /** Merges the reports into their plays. */
  async merged(plays: readonly RoyaltyPlay[]): Promise<readonly RoyaltyPlay[]> {
    const all = await (this.all ??= this.preload());
    const reports = all === 'many' ? await this.lookUp(plays) : all;
    if (reports.size === 0) return plays;
    const { time } = this.ruleset.counting;
    return plays.map((play) => {
      const ofPlay = reports.get(play.playId);
      return ofPlay ? mergedWithReports(time, play, segmentsOf(play), ofPlay) : play;
    });
  }

  private async preload(): Promise<ByPlay | 'many'> {
    const { documents, next } = await this.models.query<ReportDocument>(playReports, {
      limit: PRELOADED_MAX,
    });
    return next === undefined ? this.byPlay(documents) : 'many';
  }

  private async lookUp(plays: readonly RoyaltyPlay[]): Promise<ByPlay> {
    if (plays.length === 0) return new Map();
    const found: ReportDocument[] = [];
    const query = { where: whereOf(plays), sort: { by: ['listenerId', 'startedAt'] }, limit: PAGE };
    for await (const { documents } of allPages<ReportDocument>(this.models, playReports, query))
      found.push(...documents);
    return this.byPlay(found);
  }

  private byPlay(documents: readonly ReportDocument[]): ByPlay {
    const reached = documents.filter(({ position }) => isReached(position, this.fence));
    const byPlay = Map.groupBy(reached, ({ playId }) => playId);
    return new Map(Array.from(byPlay, ([playId, reports]) => [playId, reports.map(reportOf)]));
  }
}

/** Matches the listeners and the span of starts of plays. */
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
