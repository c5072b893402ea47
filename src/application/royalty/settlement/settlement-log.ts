import { Injectable } from '@nestjs/common';
import type { TrackEvent } from '../../../domain/catalogue/track.js';
import type { CaseEvent } from '../../../domain/integrity/case.js';
import type { PlayEvent } from '../../../domain/playback/events.js';
import type { RightsEvent } from '../../../domain/rights/rights-events.js';
import { type Declaration, sharesAt } from '../../../domain/rights/shares-at.js';
import type {
  JournalPosted,
  StatementLinesRecorded,
} from '../../../domain/royalty/statements/ledger-events.js';
import { joinedParts } from '../../../domain/royalty/statements/line-parts.js';
import type { PeriodEvent } from '../../../domain/royalty/periods/period-events.js';
import type { Period } from '../../../domain/royalty/periods/period-id.js';
import type { RulesetPublished } from '../../../domain/royalty/rulesets/ruleset-registry.js';
import {
  activeIn,
  rulesetScope,
  type RulesetActivated,
  scopeIdOf,
  scopesOf,
} from '../../../domain/royalty/rulesets/ruleset-scope.js';
import type { Ruleset } from '../../../domain/royalty/rulesets/ruleset.js';
import { bookedBy, type BookedStatement, withLines } from '../../../domain/royalty/statements/restatement.js';
import type { PlayReport } from '../../../domain/royalty/counting/merged-reports.js';
import type { Right } from '../../../domain/shared/right.js';
import type { CaseFacts } from '../../../domain/royalty/statements/settlement.js';
import {
  shareTimeline,
  type ShareTimeline,
  UNCLAIMED,
} from '../../../domain/royalty/counting/share-timeline.js';
import type { StatementLine } from '../../../domain/royalty/statements/statement.js';
import type { Recording } from '../../../domain/royalty/counting/usage-rules.js';
import type { Window } from '../../../domain/royalty/counting/window.js';
import { type CasePage, cases } from '../../../projections/integrity/cases.js';
import { allPages } from '../../projecting/all-pages.js';
import { ReadYourWrites } from '../../projecting/read-your-writes.js';
import { EventSchemas } from '../../ports/event-schemas.js';
import { EventStore } from '../../ports/event-store.js';
import { ReadModels } from '../../ports/read-models.js';
import { casesOf, lineOf, recordingIn, reportIn, withDeclaration } from './period-log.js';

/** Streams that are read concurrently. */
const STREAMS_AT_ONCE = 64;

const CASES_AT_ONCE = 1_000;

/**
 * Reads the facts of a settlement other than plays from the log, up to a position. Read models are used only to find
 * streams, not for their content.
 */
@Injectable()
export class SettlementLog {
  constructor(
    private readonly store: EventStore,
    private readonly schemas: EventSchemas,
    private readonly models: ReadModels,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  head(): Promise<bigint> {
    return this.store.head();
  }

  period(periodId: string): Promise<readonly PeriodEvent[]> {
    return this.stream<PeriodEvent>(`period-${periodId}`);
  }

  /** Undefined if no ruleset with this hash is published. */
  async ruleset(hash: string): Promise<Ruleset | undefined> {
    const [published] = await this.stream<RulesetPublished>(`ruleset-${hash}`);
    return published?.data.ruleset;
  }

  /** The hash of the ruleset in force: of the most specific scope that has one. */
  async rulesetInForce(period: Period): Promise<string | undefined> {
    for (const scope of scopesOf(period)) {
      const events = await this.stream<RulesetActivated>(`rulescope-${scopeIdOf(scope)}`);
      const hash = activeIn(events.reduce(rulesetScope.evolve, rulesetScope.initial), period.month);
      if (hash !== undefined) return hash;
    }
    return undefined;
  }

  /**
   * Cases of a period as of the fence.
   *
   * @param released cases released after the fence, whose decision is applied all the same (edge case 43)
   * @throws {NotYetVisible} if the read model of cases is still before the fence after 2 seconds
   */
  async cases(
    periodId: string,
    fence: bigint,
    released: readonly string[] = [],
  ): Promise<readonly CaseFacts[]> {
    await this.readYourWrites.reached(cases, fence);
    const decided = new Set(released);
    const ids = [...decided.union(new Set(await this.caseIds(periodId)))];
    const events = await sideBySide(ids, async (caseId) => {
      const upTo = decided.has(caseId) ? undefined : fence;
      return (await this.stream<CaseEvent>(`case-${caseId}`, upTo)).map((event) => ({ caseId, event }));
    });
    return casesOf(periodId, events.flat());
  }

  /** Numbered reports of a play, in order of the log. */
  async reports(playId: string, fence: bigint): Promise<readonly PlayReport[]> {
    const events = await this.stream<PlayEvent>(`play-${playId}`, fence);
    return events.flatMap((event) => (event.type === 'PlayReported' ? [reportIn(event.data)] : []));
  }

  /** The timeline of shares of each of the tracks. */
  timelines(
    trackIds: readonly string[],
    scope: { readonly right: Right; readonly territory: string; readonly window: Window },
    fence: bigint,
  ): Promise<readonly ShareTimeline[]> {
    return sideBySide(trackIds, async (trackId) => {
      let declared: readonly Declaration[] = [];
      for (const event of await this.stream<RightsEvent>(`rights-${trackId}`, fence))
        declared = withDeclaration(declared, event);
      return timelineFrom(declared, scope);
    });
  }

  /** Catalogue data of each of the tracks. An unregistered track counts as music by an artist of its own. */
  recordings(trackIds: readonly string[], fence: bigint): Promise<readonly Recording[]> {
    return sideBySide(trackIds, async (trackId) =>
      recordingIn(trackId, await this.stream<TrackEvent>(`track-${trackId}`, fence)),
    );
  }

  /** The statement of a period with its first `restatements` restatements, added up, as of the fence. */
  async lines(periodId: string, restatements: number, fence?: bigint): Promise<Map<string, StatementLine>> {
    const standing = new Map<string, StatementLine>();
    for (let number = 0; number <= restatements; number++) {
      const stream = `statement-${periodId}.${number}`;
      const events = await this.stream<StatementLinesRecorded>(stream, fence);
      withLines(standing, joinedParts(events.flatMap(({ data }) => data.lines)).map(lineOf));
    }
    return standing;
  }

  /** The books of a period, up to and including a restatement. */
  async standing(periodId: string, restatements: number): Promise<BookedStatement> {
    const journals: JournalPosted[] = [];
    for (let number = 0; number <= restatements; number++)
      journals.push(...(await this.stream<JournalPosted>(`journal-${periodId}.${number}`)));
    return {
      lines: await this.lines(periodId, restatements),
      booked: bookedBy(
        journals.map(({ data: { currency, lines } }) => ({
          currency,
          lines: lines.map(({ account, amount }) => ({ account, amount: BigInt(amount) })),
        })),
      ),
    };
  }

  private async caseIds(periodId: string): Promise<readonly string[]> {
    const ids: string[] = [];
    const query = { where: { periodId }, sort: { by: ['openedAt'] }, limit: CASES_AT_ONCE };
    for await (const { documents } of allPages<CasePage>(this.models, cases, query))
      ids.push(...documents.map(({ caseId }) => caseId));
    return ids;
  }

  private async stream<E extends { readonly type: string }>(
    name: string,
    fence?: bigint,
  ): Promise<readonly E[]> {
    const events: E[] = [];
    for await (const page of this.store.readStream(name))
      for (const event of page)
        if (fence === undefined || event.position <= fence)
          events.push(this.schemas.upcast(event) as unknown as E);
    return events;
  }
}

export const timelineFrom = (
  declared: readonly Declaration[],
  {
    right,
    territory,
    window,
  }: { readonly right: Right; readonly territory: string; readonly window: Window },
): ShareTimeline =>
  declared.length === 0
    ? UNCLAIMED
    : shareTimeline(
        declared.filter((declaration) => declaration.right === right).map(({ validFrom }) => validFrom),
        (at) => sharesAt(declared, right, territory, at),
        window,
      );

/** Maps in order, with limited concurrency. */
const sideBySide = async <T>(
  ids: readonly string[],
  read: (id: string) => Promise<T>,
): Promise<readonly T[]> => {
  const all: T[] = [];
  for (let at = 0; at < ids.length; at += STREAMS_AT_ONCE)
    all.push(...(await Promise.all(ids.slice(at, at + STREAMS_AT_ONCE).map(read))));
  return all;
};
