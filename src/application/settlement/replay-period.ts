import type { TrackEvent } from '../../domain/catalogue/track.js';
import type { CaseEvent } from '../../domain/integrity/case.js';
import type { PlayStopped } from '../../domain/playback/events.js';
import type { RightsEvent } from '../../domain/rights/rights-events.js';
import { type Declaration, sharesAt } from '../../domain/rights/shares-at.js';
import type { StatementLinesRecorded } from '../../domain/royalty/ledger-events.js';
import type { PeriodEvent, PeriodInput, SettlementSummary } from '../../domain/royalty/period-events.js';
import { type Period, periodIdOf } from '../../domain/royalty/period-id.js';
import type { RulesetPublished } from '../../domain/royalty/ruleset-registry.js';
import { type RulesetActivated, scopeIdOf, scopesOf } from '../../domain/royalty/ruleset-scope.js';
import { PRO_RATA } from '../../domain/royalty/rulesets/defaults.js';
import type { Ruleset } from '../../domain/royalty/rulesets/ruleset.js';
import { caseFinder } from '../../domain/royalty/settlement/cases.js';
import { eligibleTracks } from '../../domain/royalty/settlement/eligible.js';
import { rightPaidBy } from '../../domain/royalty/settlement/pools.js';
import { type CaseFacts, settle } from '../../domain/royalty/settlement/settle.js';
import {
  shareTimeline,
  type ShareTimeline,
  UNCLAIMED,
} from '../../domain/royalty/settlement/share-timeline.js';
import { runAfterAll, runAtEndOf } from '../../domain/royalty/settlement/run-before.js';
import { bookingsOf, type StatementLine } from '../../domain/royalty/settlement/statement.js';
import {
  openUsage,
  type PeriodPlay,
  type Recording,
  type Usage,
} from '../../domain/royalty/settlement/usage.js';
import { type Window, windowOf } from '../../domain/royalty/settlement/window.js';
import type { Run } from '../../domain/royalty/straight-runs.js';
import { type Month, monthOf, monthsBefore } from '../../domain/shared/calendar.js';
import { canonicalJson, type Json, utf8 } from '../../domain/shared/canonical-json.js';
import { hex, type Sha256 } from '../../domain/shared/sha256.js';
import type { EventSchemas } from '../ports/event-schemas.js';
import { type EventStore, type RecordedEvent, START } from '../ports/event-store.js';
import { PlayTable } from './play-table.js';

// The second way to a statement: from the log alone, in one pass, without read models and without the code that closed
// the period. What both have in common are the rules of the domain.

/** What a period came to: the same object whether it was closed or replayed. */
export type Statement = {
  readonly summary: Omit<SettlementSummary, 'at'>;
  /** In order of track, by bytes. */
  readonly lines: readonly StatementLine[];
};

export type ReplayRequest = {
  readonly store: EventStore;
  readonly schemas: EventSchemas;
  readonly sha256: Sha256;
  readonly period: Period;
  /**
   * The log up to this position, or up to the first event that was recorded after this instant (epoch milliseconds).
   * Absent: as the period's last settlement saw it; the whole log where there is none.
   */
  readonly asOf?: { readonly position: bigint } | { readonly at: number } | undefined;
  /** Another ruleset than the period's: what would have been. */
  readonly rulesetHash?: string | undefined;
  /** Told now and then how far the replay has come. */
  readonly onProgress?: ((position: bigint, plays: number) => void) | undefined;
};

/** Why a period cannot be replayed. */
export class NotReplayable extends Error {
  override readonly name = 'NotReplayable';
  constructor(
    readonly code: 'RulesetNotFound' | 'NoRevenue' | 'RatesMissing',
    detail: string,
  ) {
    super(detail);
  }
}

/**
 * Recomputes a period.
 *
 * @throws {NotReplayable}
 * @throws {StoreUnavailable}
 */
export const replayPeriod = async (request: ReplayRequest): Promise<Statement> => {
  const log = new Log(request);
  const { store, period, asOf, sha256 } = request;
  const history = await log.stream<PeriodEvent>(`period-${periodIdOf(period)}`);
  const limit =
    asOf === undefined ? undefined : 'position' in asOf ? asOf.position : await log.positionAt(asOf.at);
  const scene: Scene = sceneOf(history, limit) ?? {
    fence: limit ?? (await store.head()),
    inputs: inputsUpTo(history, limit),
  };
  const rulesetHash =
    request.rulesetHash ??
    scene.rulesetHash ??
    (await inForce(log, period, scene.fence)) ??
    hashOf(sha256, PRO_RATA);
  const ruleset = await rulesetNamed(log, rulesetHash, sha256);

  const facts = await read(request, ruleset, scene);
  const month = await usageOf(request, log, ruleset, facts, scene.fence);
  const outcome = settle(
    {
      period,
      fence: scene.fence.toString(),
      ruleset,
      rulesetHash,
      inputs: scene.inputs,
      cases: facts.cases,
      timelineOf: month.timelineOf,
      sha256,
    },
    month.usage,
  );
  if ('rejected' in outcome) throw new NotReplayable(outcome.rejected, outcome.detail);
  return { summary: outcome.summary, lines: outcome.lines };
};

/** The statement that stands in the books: the close and all whole restatements added up. Undefined before the close. */
export const recordedStatement = async (
  request: Pick<ReplayRequest, 'store' | 'schemas' | 'period'>,
): Promise<Statement | undefined> => {
  const log = new Log(request);
  const periodId = periodIdOf(request.period);
  let last: SettlementSummary | undefined;
  let restatements = 0;
  for (const { event } of await log.stream<PeriodEvent>(`period-${periodId}`)) {
    if (event.type === 'PeriodClosed') last = event.data;
    if (event.type !== 'PeriodRestated') continue;
    const { number, ...summary } = event.data;
    last = summary;
    restatements = number;
  }
  if (!last) return undefined;
  const { at: _at, ...summary } = last;
  const lines = await log.lines(periodId, restatements);
  return {
    summary,
    lines: lines.filter(({ plays, amount, penalty }) => plays !== 0 || amount !== 0n || penalty),
  };
};

/** One place where two statements part. */
export type Difference = {
  /** A field of the summary, or `track <id>`. */
  readonly at: string;
  /** As canonical JSON; null where there is nothing. */
  readonly recorded: string | null;
  readonly replayed: string | null;
};

/** Every place where two statements part, summary first. None: they are equal to the last unit and hash. */
export const compareStatements = (recorded: Statement, replayed: Statement): readonly Difference[] => {
  const [before, after] = [recorded.summary, replayed.summary] as const;
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof typeof before)[];
  const ofSummary = fields.map((field) => difference(field, before[field], after[field]));
  const [one, other] = [byTrack(recorded), byTrack(replayed)];
  const tracks = [...new Set([...one.keys(), ...other.keys()])];
  const ofLines = tracks.map((id) => difference(`track ${id}`, one.get(id), other.get(id)));
  return [...ofSummary, ...ofLines].filter((found) => found !== undefined);
};

const difference = (at: string, recorded: unknown, replayed: unknown): Difference | undefined => {
  const text = (value: unknown) => (value === undefined ? null : canonicalJson(value as Json));
  const [a, b] = [text(recorded), text(replayed)];
  return a === b ? undefined : { at, recorded: a, replayed: b };
};

const byTrack = ({ lines }: Statement): ReadonlyMap<string, StatementLine> =>
  new Map(lines.map((line) => [line.trackId, line]));

type At<E> = { readonly event: E; readonly position: bigint };

/** One line in the making. */
type LineSums = {
  plays: number;
  creditPpm: number;
  amount: bigint;
  artificial: number;
  readonly splits: Map<string, bigint>;
  readonly charges: Map<string, bigint>;
};

/** Reads facts in today's shape. */
class Log {
  constructor(private readonly request: Pick<ReplayRequest, 'store' | 'schemas'>) {}

  async stream<E>(name: string): Promise<readonly At<E>[]> {
    const found: At<E>[] = [];
    for await (const page of this.request.store.readStream(name))
      for (const event of page)
        found.push({ event: this.request.schemas.today(event) as unknown as E, position: event.position });
    return found;
  }

  /** Lines of a statement with its restatements added up, as of a position. */
  async lines(periodId: string, restatements: number, fence?: bigint): Promise<readonly StatementLine[]> {
    const sums = new Map<string, LineSums>();
    for (let number = 0; number <= restatements; number++)
      for (const { event, position } of await this.stream<StatementLinesRecorded>(
        `statement-${periodId}.${number}`,
      )) {
        if (fence !== undefined && position > fence) continue;
        for (const { trackId, plays, creditPpm, amount, splits, penalty } of event.data.lines) {
          const sum = sums.get(trackId) ?? {
            plays: 0,
            creditPpm: 0,
            amount: 0n,
            artificial: 0,
            splits: new Map<string, bigint>(),
            charges: new Map<string, bigint>(),
          };
          sum.plays += plays;
          sum.creditPpm += creditPpm;
          sum.amount += BigInt(amount);
          sum.artificial += penalty?.artificial ?? 0;
          for (const { account, amount } of splits)
            sum.splits.set(account, (sum.splits.get(account) ?? 0n) + BigInt(amount));
          for (const { account, amount } of penalty?.charges ?? [])
            sum.charges.set(account, (sum.charges.get(account) ?? 0n) + BigInt(amount));
          sums.set(trackId, sum);
        }
      }
    return Array.from(sums, ([trackId, { splits, artificial, charges, ...sum }]) => ({
      trackId,
      ...sum,
      splits: bookingsOf(splits),
      ...(artificial === 0 ? {} : { penalty: { artificial, charges: bookingsOf(charges) } }),
    }));
  }

  /** Position of the last event before the first that was recorded after an instant. */
  async positionAt(at: number): Promise<bigint> {
    let position = START;
    for await (const page of this.request.store.readAll(START))
      for (const event of page.events) {
        if (event.metadata.at > at) return position;
        ({ position } = event);
      }
    return position;
  }
}

type Scene = {
  readonly fence: bigint;
  readonly inputs: readonly PeriodInput[];
  readonly rulesetHash?: string;
  /** Cases that were released behind the fence, and nothing else was looked at. */
  readonly released?: readonly string[];
};

/** The last settlement that was begun at or before `limit`; undefined where there is none, and with a limit behind it. */
const sceneOf = (history: readonly At<PeriodEvent>[], limit: bigint | undefined): Scene | undefined => {
  let scene: Scene | undefined;
  let rulesetHash: string | undefined;
  const inputs: PeriodInput[] = [];
  for (const { event, position } of history) {
    if (limit !== undefined && position > limit) break;
    if (event.type === 'PeriodCloseBegun') {
      ({ rulesetHash } = event.data);
      scene = { fence: BigInt(event.data.fence), inputs: [...inputs], rulesetHash };
    } else if (event.type === 'RestatementBegun' && event.data.released && scene) {
      scene = { ...scene, released: event.data.released };
    } else if (event.type === 'RestatementBegun') {
      scene = {
        fence: BigInt(event.data.fence),
        inputs: [...inputs],
        ...(rulesetHash === undefined ? {} : { rulesetHash }),
      };
    } else if (isInput(event)) inputs.push(event);
  }
  if (scene === undefined || limit === undefined) return scene;
  // As of a position means all that was known there, not only what a settlement before it had seen.
  const { released: _seen, ...base } = scene;
  return { ...base, fence: limit, inputs };
};

const inputsUpTo = (history: readonly At<PeriodEvent>[], limit: bigint | undefined): readonly PeriodInput[] =>
  history
    .filter(({ position }) => limit === undefined || position <= limit)
    .map(({ event }) => event)
    .filter(isInput);

const isInput = (event: PeriodEvent): event is PeriodInput =>
  !event.type.startsWith('Period') && event.type !== 'RestatementBegun';

const inForce = async (log: Log, period: Period, fence: bigint): Promise<string | undefined> => {
  for (const scope of scopesOf(period)) {
    let found: { readonly from: Month; readonly hash: string } | undefined;
    for (const { event, position } of await log.stream<RulesetActivated>(`rulescope-${scopeIdOf(scope)}`)) {
      const { from } = event.data;
      if (position <= fence && from <= period.month && from >= (found?.from ?? from)) found = event.data;
    }
    if (found) return found.hash;
  }
  return undefined;
};

const hashOf = (sha256: Sha256, ruleset: Ruleset): string => hex(sha256(utf8(canonicalJson(ruleset))));

const rulesetNamed = async (log: Log, hash: string, sha256: Sha256): Promise<Ruleset> => {
  const [published] = await log.stream<RulesetPublished>(`ruleset-${hash}`);
  const ruleset = published?.event.data.ruleset ?? (hash === hashOf(sha256, PRO_RATA) ? PRO_RATA : undefined);
  if (!ruleset || hashOf(sha256, ruleset) !== hash)
    throw new NotReplayable('RulesetNotFound', `The log has no ruleset ${hash}.`);
  return ruleset;
};

/** What one pass over the log found. */
type Facts = {
  readonly plays: PlayTable;
  readonly window: Window;
  /** By listener: the run with which the month begins. Undefined where the ruleset follows none. */
  readonly runs: ReadonlyMap<string, Run> | undefined;
  readonly cases: readonly CaseFacts[];
  readonly declared: ReadonlyMap<string, readonly Declaration[]>;
  readonly recordings: ReadonlyMap<string, Recording>;
};

/** Events of one page: large, since nothing else waits for it. */
const PAGE = 5_000;

const read = async (
  request: ReplayRequest,
  ruleset: Ruleset,
  { fence, released = [] }: Scene,
): Promise<Facts> => {
  const { store, schemas, period } = request;
  const window = windowOf(period.month);
  const followsRuns = ruleset.counting.straightRunMax !== null;
  const from = followsRuns ? windowOf(monthOf(window.start - 1)).from : window.from;
  const periodId = periodIdOf(period);
  const plays = new PlayTable();
  const cases = new Map<string, CaseFacts>();
  const declared = new Map<string, Declaration[]>();
  const recordings = new Map<string, Recording>();
  const needsCatalogue = ruleset.sharing.model === 'artistCentric';
  const types = [
    'PlayStopped',
    'SharesClaimed',
    'DisputeResolved',
    'CaseOpened',
    'CaseDecided',
    ...(needsCatalogue ? ['TrackRegistered', 'TrackClassified'] : []),
  ];
  let count = 0;

  const take = (event: RecordedEvent): void => {
    const { type, data } = schemas.today(event) as unknown as
      | PlayStopped
      | CaseEvent
      | RightsEvent
      | TrackEvent;
    const id = event.stream.slice(event.stream.indexOf('-') + 1);
    switch (type) {
      case 'PlayStopped': {
        const { startedAt } = data;
        if (startedAt < from || startedAt >= window.end) return;
        const ours =
          startedAt >= window.start &&
          data.offering === period.offering &&
          data.territory === period.territory;
        plays.add(id, ours ? periodId : periodIdOf({ ...data, month: monthOf(startedAt) }), data);
        count++;
        return;
      }
      case 'SharesClaimed':
      case 'DisputeResolved': {
        const kind = type === 'SharesClaimed' ? 'claim' : 'resolution';
        const said = declared.get(id) ?? [];
        said.push({ kind, ...data } as unknown as Declaration);
        declared.set(id, said);
        return;
      }
      case 'CaseOpened':
        if (data.periodId === periodId) cases.set(id, { caseId: id, subject: data.subject, status: 'open' });
        return;
      case 'CaseDecided': {
        const known = cases.get(id);
        if (known) cases.set(id, { ...known, status: data.decision });
        return;
      }
      case 'TrackRegistered':
        recordings.set(id, { artistId: data.artistId, isNoise: data.kind === 'noise' });
        return;
      case 'TrackClassified': {
        const { artistId = id } = recordings.get(id) ?? {};
        recordings.set(id, { artistId, isNoise: data.kind === 'noise' });
        return;
      }
      case 'OverclaimDetected':
      case 'ModelScoreRecorded':
        return;
    }
  };

  for await (const page of store.readAll(START, { select: { types }, pageSize: PAGE })) {
    for (const event of page.events) if (event.position <= fence) take(event);
    request.onProgress?.(page.upTo, count);
    if (page.upTo >= fence) break;
  }
  for (const caseId of released) {
    const known = cases.get(caseId);
    if (known) cases.set(caseId, { ...known, status: 'release' });
  }
  const runs = followsRuns
    ? await runsBefore(request, ruleset, plays, { from, start: window.start }, fence)
    : undefined;
  return { plays, window, runs, cases: [...cases.values()], declared, recordings };
};

/**
 * R5: the runs with which listeners come into the month. Where the month before leaves one open, the log is read once
 * more for what its listener played earlier: that is held in memory whole.
 */
const runsBefore = async (
  { store, schemas }: ReplayRequest,
  ruleset: Ruleset,
  table: PlayTable,
  { from, start }: { readonly from: number; readonly start: number },
  fence: bigint,
): Promise<ReadonlyMap<string, Run>> => {
  const runs = new Map<string, Run>();
  const open = new Map<string, PeriodPlay[]>();
  for (const [listenerId, plays] of table.byListener()) {
    const earlier = plays.filter(({ startedAt }) => startedAt < start);
    const { run, isKnown } = runAtEndOf(ruleset, monthOf(start - 1), earlier);
    if (isKnown && run) runs.set(listenerId, run);
    if (!isKnown && earlier.length < plays.length) open.set(listenerId, earlier);
  }
  if (open.size === 0) return runs;

  for await (const page of store.readAll(START, { select: { types: ['PlayStopped'] }, pageSize: PAGE })) {
    for (const recorded of page.events) {
      if (recorded.position > fence) continue;
      const { data } = schemas.today(recorded) as unknown as PlayStopped;
      const earlier = data.startedAt < from ? open.get(data.listenerId) : undefined;
      const playId = recorded.stream.slice(recorded.stream.indexOf('-') + 1);
      earlier?.push({ ...data, playId, endedAt: data.at, period: '' });
    }
    if (page.upTo >= fence) break;
  }
  for (const [listenerId, earlier] of open) {
    const { run } = runAfterAll(ruleset, earlier);
    if (run) runs.set(listenerId, run);
  }
  return runs;
};

const usageOf = async (
  { period, sha256 }: ReplayRequest,
  log: Log,
  ruleset: Ruleset,
  { plays, window, runs, cases, declared, recordings }: Facts,
  fence: bigint,
): Promise<{ readonly usage: Usage; readonly timelineOf: (trackId: string) => ShareTimeline }> => {
  const right = rightPaidBy(ruleset);
  const timelines = new Map<string, ShareTimeline>();
  const timelineOf = (trackId: string): ShareTimeline => {
    const known = timelines.get(trackId);
    if (known) return known;
    const said = (declared.get(trackId) ?? []).filter((one) => one.right === right);
    const timeline =
      said.length === 0
        ? UNCLAIMED
        : shareTimeline(
            said.map(({ validFrom }) => validFrom),
            (at) => sharesAt(said, right, period.territory, at),
            window,
          );
    timelines.set(trackId, timeline);
    return timeline;
  };
  const folded = (isEligible?: (trackId: string) => boolean): Usage => {
    const fold = openUsage({
      ruleset,
      periodId: periodIdOf(period),
      isEligible,
      caseOf: caseFinder(cases),
      timelineOf,
      recordingOf: (trackId) => recordings.get(trackId) ?? { artistId: trackId, isNoise: false },
      sha256,
    });
    for (const [listenerId, all] of plays.byListener()) {
      if (!runs) fold.add(listenerId, all);
      else {
        const near = all.filter(({ startedAt }) => startedAt >= window.from);
        fold.add(listenerId, near, { from: window.start, run: runs.get(listenerId) });
      }
    }
    return fold.usage();
  };

  const { eligibility } = ruleset;
  if (!eligibility) return { usage: folded(), timelineOf };
  const earlier = new Map<string, number>();
  for (const month of monthsBefore(period.month, eligibility.windowMonths - 1)) {
    const periodId = periodIdOf({ ...period, month });
    const history = await log.stream<PeriodEvent>(`period-${periodId}`);
    const restatements = history.filter(({ event }) => event.type === 'RestatementBegun').length;
    for (const { trackId, plays } of await log.lines(periodId, restatements, fence))
      earlier.set(trackId, (earlier.get(trackId) ?? 0) + plays);
  }
  const eligible = eligibleTracks(eligibility, folded().tracks, earlier);
  return { usage: folded((trackId) => eligible.has(trackId)), timelineOf };
};
