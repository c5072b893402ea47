import type { TrackEvent } from '../../../domain/catalogue/track.js';
import type { CaseEvent } from '../../../domain/integrity/case.js';
import type { DeliveriesObserved } from '../../../domain/audio/delivery-batch.js';
import type { PlayReported, PlayStopped } from '../../../domain/playback/events.js';
import type { RightsEvent } from '../../../domain/rights/rights-events.js';
import type { Declaration } from '../../../domain/rights/shares-at.js';
import { type Period, periodIdOf } from '../../../domain/royalty/periods/period-id.js';
import type { DeliveredTrack } from '../../../domain/royalty/counting/limited-to-delivered.js';
import type { PlayReport } from '../../../domain/royalty/counting/merged-reports.js';
import type { CaseFacts } from '../../../domain/royalty/statements/settlement.js';
import type { Recording } from '../../../domain/royalty/counting/usage-rules.js';
import { type Window, windowOf } from '../../../domain/royalty/counting/window.js';
import { monthEnd, monthOf, monthStart } from '../../../domain/shared/calendar.js';
import { START } from '../../ports/event-store.js';
import { PlayTable } from './play-table.js';
import type { ReplaySource } from './replay-log.js';
import { ReplayedReports } from './replay-reports.js';
import type { ReplayTask } from './replay-task.js';
import { streamIdOf } from '../../streams/stream-id.js';

/** The facts of one period, from the log. */
export type Facts = {
  readonly plays: PlayTable;
  readonly cases: readonly CaseFacts[];
  readonly declared: ReadonlyMap<string, readonly Declaration[]>;
  readonly recordings: ReadonlyMap<string, Recording>;
  /** Numbered reports by play (R15). */
  readonly reports: ReadonlyMap<string, readonly PlayReport[]>;
  /** Corrected lengths in ms by track (edge case 49). */
  readonly lengths: ReadonlyMap<string, number>;
  /** Deliveries by listener (R20); empty if the ruleset has no R20. */
  readonly delivered: ReadonlyMap<string, readonly DeliveredTrack[]>;
};

/** All events except plays and reports. */
type OtherEvent = CaseEvent | RightsEvent | TrackEvent | DeliveriesObserved;
type Other = { readonly id: string; readonly position: bigint; readonly event: OtherEvent };

/** Plays with a start in [from, end). */
type Span = Pick<Window, 'from' | 'end'>;

/**
 * Reads the facts of several periods in one pass over the log, up to their last fence. Periods of the same span share
 * one table of plays.
 *
 * @returns the facts of each task, as of its own fence
 */
export const readFacts = async (
  { store, schemas }: ReplaySource,
  tasks: readonly ReplayTask[],
  onProgress?: (position: bigint, plays: number) => void,
): Promise<(task: ReplayTask) => Facts> => {
  const tables = new Map<string, Span & { readonly plays: PlayTable }>();
  const keepsAll = tasks.some(needsEvidence);
  for (const task of tasks) {
    const span = spanOf(task);
    tables.set(nameOf(span), { ...span, plays: new PlayTable(keepsAll) });
  }
  const spans = [...tables.values()];
  const others: Other[] = [];
  const reports = new ReplayedReports();
  const periodOf = periodNamer();
  const last = tasks.reduce((fence, task) => (task.fence > fence ? task.fence : fence), START);
  let count = 0;

  const types = typesFor(tasks);
  for await (const page of store.readAll(START, { select: { types } })) {
    for (const recorded of page.events) {
      const { stream, position } = recorded;
      if (position > last) break;
      const id = streamIdOf(stream);
      const event = schemas.upcast(recorded) as unknown as PlayStopped | PlayReported | OtherEvent;
      if (event.type !== 'PlayStopped' && event.type !== 'PlayReported') {
        // A copy, because the event itself would keep its whole page in memory.
        others.push({ id, position, event: { type: event.type, data: event.data } as OtherEvent });
        continue;
      }
      const { startedAt } = event.data;
      if (event.type === 'PlayReported') {
        if (spans.some(({ from, end }) => startedAt >= from && startedAt < end))
          reports.add(id, position, event.data);
        continue;
      }
      for (const { from, end, plays } of spans)
        if (startedAt >= from && startedAt < end) {
          plays.add({ playId: id, position: Number(position), period: periodOf(event.data) }, event.data);
          count++;
        }
    }
    onProgress?.(page.upTo, count);
    if (page.upTo >= last) break;
  }
  if (!keepsAll) await keepNeededSegments({ store, schemas }, spans, { others, reports }, last);
  return (task) => ({
    plays: tables.get(nameOf(spanOf(task)))?.plays ?? new PlayTable(false),
    reports: reports.upTo(task.fence),
    ...othersOf(task, others),
  });
};

/**
 * Reads the log again for the segments of plays with a corrected track or a numbered report, which are known only after
 * the first pass. Skipped if there are no such plays.
 */
const keepNeededSegments = async (
  { store, schemas }: ReplaySource,
  spans: readonly (Span & { readonly plays: PlayTable })[],
  { others, reports }: { readonly others: readonly Other[]; readonly reports: ReplayedReports },
  last: bigint,
): Promise<void> => {
  const corrected = new Set(
    others
      .filter(
        ({ id, event }) => event.type === 'TrackCorrected' && spans.some(({ plays }) => plays.hasTrack(id)),
      )
      .map(({ id }) => id),
  );
  if (corrected.size === 0 && !reports.extendsAny) return;
  for await (const page of store.readAll(START, { select: { types: ['PlayStopped'] } })) {
    for (const recorded of page.events) {
      if (recorded.position > last) break;
      const { data } = schemas.upcast(recorded) as unknown as PlayStopped;
      const playId = streamIdOf(recorded.stream);
      if (!corrected.has(data.trackId) && !reports.extends(playId)) continue;
      for (const { from, end, plays } of spans)
        if (data.startedAt >= from && data.startedAt < end) plays.keepSegments(playId, data);
    }
    if (page.upTo >= last) break;
  }
};

/** Plays of some listeners before an instant, as of the fence of a task. Held in memory: use for few listeners. */
export const playsBefore = async (
  { store, schemas }: ReplaySource,
  instant: number,
  task: ReplayTask,
  isOf: (listenerId: string) => boolean,
): Promise<Pick<Facts, 'plays' | 'reports'>> => {
  const { fence } = task;
  const plays = new PlayTable(true);
  const reports = new ReplayedReports();
  const types = ['PlayStopped', 'PlayReported'];
  for await (const page of store.readAll(START, { select: { types } })) {
    for (const recorded of page.events) {
      const { type, data } = schemas.upcast(recorded) as unknown as PlayStopped | PlayReported;
      const { position } = recorded;
      if (position > fence || data.startedAt >= instant || !isOf(data.listenerId)) continue;
      const playId = streamIdOf(recorded.stream);
      if (type === 'PlayReported') reports.add(playId, position, data);
      else plays.add({ playId, position: Number(position), period: '' }, data);
    }
    if (page.upTo >= fence) break;
  }
  return { plays, reports: reports.upTo(fence) };
};

/**
 * The span of plays of a task. With straight runs (R5) it includes the month before; `playsBefore` reads still earlier
 * plays.
 */
export const spanOf = ({ period, ruleset }: Pick<ReplayTask, 'period' | 'ruleset'>): Span => {
  const { from, start, end } = windowOf(period.month);
  return { from: ruleset.counting.straightRunMax === null ? from : windowOf(monthOf(start - 1)).from, end };
};

const nameOf = ({ from, end }: Span): string => `${from} ${end}`;

const typesFor = (tasks: readonly ReplayTask[]): readonly string[] => {
  const needsCatalogue = tasks.some(({ ruleset }) => ruleset.sharing.model === 'artistCentric');
  return [
    'PlayStopped',
    'PlayReported',
    'SharesClaimed',
    'DisputeResolved',
    'CaseOpened',
    'CaseDecided',
    'TrackCorrected',
    ...(needsCatalogue ? ['TrackRegistered', 'TrackClassified'] : []),
    ...(tasks.some(needsEvidence) ? ['DeliveriesObserved'] : []),
  ];
};

const needsEvidence = ({ ruleset }: Pick<ReplayTask, 'ruleset'>): boolean =>
  ruleset.counting.delivery !== null;

/** Gives the period id of a play, cached because it is nearly always that of the previous play. */
const periodNamer = () => {
  let last: (Omit<Period, 'month'> & { start: number; end: number; id: string }) | undefined;
  return ({ offering, territory, startedAt }: PlayStopped['data']): string => {
    if (
      last?.offering === offering &&
      last.territory === territory &&
      startedAt >= last.start &&
      startedAt < last.end
    )
      return last.id;
    const month = monthOf(startedAt);
    const id = periodIdOf({ offering, territory, month });
    last = { offering, territory, start: monthStart(month), end: monthEnd(month), id };
    return id;
  };
};

const othersOf = (task: ReplayTask, others: readonly Other[]): Omit<Facts, 'plays' | 'reports'> => {
  const { period, fence, released } = task;
  const periodId = periodIdOf(period);
  const delivered = new Map<string, DeliveredTrack[]>();
  const cases = new Map<string, CaseFacts>();
  const declared = new Map<string, Declaration[]>();
  const recordings = new Map<string, Recording>();
  const lengths = new Map<string, number>();
  for (const { id, position, event } of others) {
    if (position > fence) break;
    const { type, data } = event;
    switch (type) {
      case 'SharesClaimed':
      case 'DisputeResolved': {
        const kind = type === 'SharesClaimed' ? 'claim' : 'resolution';
        const declarations = declared.get(id) ?? [];
        declarations.push({ kind, ...data } as unknown as Declaration);
        declared.set(id, declarations);
        break;
      }
      case 'CaseOpened':
        if (data.periodId === periodId)
          cases.set(id, {
            caseId: id,
            subject: data.subject,
            status: 'open',
            ...(data.rule === 'CONFLICTING_REPORT' && { isConflict: true }),
          });
        break;
      case 'CaseDecided': {
        const opened = cases.get(id);
        if (opened) cases.set(id, { ...opened, status: data.decision });
        break;
      }
      case 'TrackRegistered':
        recordings.set(id, { artistId: data.artistId, isNoise: data.kind === 'noise' });
        break;
      case 'TrackClassified': {
        const { artistId = id } = recordings.get(id) ?? {};
        recordings.set(id, { artistId, isNoise: data.kind === 'noise' });
        break;
      }
      case 'TrackCorrected':
        lengths.set(id, data.durationMs);
        break;
      case 'DeliveriesObserved':
        for (const { listenerId, ...delivery } of needsEvidence(task) ? data.deliveries : []) {
          const ofListener = delivered.get(listenerId);
          if (ofListener) ofListener.push(delivery);
          else delivered.set(listenerId, [delivery]);
        }
        break;
      case 'OverclaimDetected':
      case 'ModelScoreRecorded':
        break;
    }
  }
  for (const facts of released) cases.set(facts.caseId, facts);
  return { cases: [...cases.values()], declared, recordings, lengths, delivered };
};
