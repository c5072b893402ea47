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

/** What the log says of one period. */
export type Facts = {
  readonly plays: PlayTable;
  readonly cases: readonly CaseFacts[];
  readonly declared: ReadonlyMap<string, readonly Declaration[]>;
  readonly recordings: ReadonlyMap<string, Recording>;
  /** What devices told later, by play. */
  readonly reports: ReadonlyMap<string, readonly PlayReport[]>;
  /** Of the tracks whose length was corrected. */
  readonly lengths: ReadonlyMap<string, number>;
  /** What was sent to the devices of each listener. Empty where the ruleset does not ask. */
  readonly delivered: ReadonlyMap<string, readonly DeliveredTrack[]>;
};

/** Everything but plays: little, beside them, but for deliveries. */
type OtherEvent = CaseEvent | RightsEvent | TrackEvent | DeliveriesObserved;
type Other = { readonly id: string; readonly position: bigint; readonly event: OtherEvent };

/** The plays that begin in [from, end). */
type Span = Pick<Window, 'from' | 'end'>;

/**
 * One pass over the log, up to the last fence of several periods. Periods that look at the same span share its plays.
 *
 * @returns what each of the tasks has to know, as of its own fence
 */
export const readFacts = async (
  { store, schemas }: ReplaySource,
  tasks: readonly ReplayTask[],
  onProgress?: (position: bigint, plays: number) => void,
): Promise<(task: ReplayTask) => Facts> => {
  const tables = new Map<string, Span & { readonly plays: PlayTable }>();
  const keepsAll = tasks.some(asksForEvidence);
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
        // Not the event as it was read: that keeps the page it came with.
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
  if (!keepsAll) await keepWhatWasHeard({ store, schemas }, spans, { others, reports }, last);
  return (task) => ({
    plays: tables.get(nameOf(spanOf(task)))?.plays ?? new PlayTable(false),
    reports: reports.upTo(task.fence),
    ...othersOf(task, others),
  });
};

/**
 * Which tracks were corrected, and of which plays devices told later, is known once the plays have gone by: for what was
 * heard of those the log is read once more. Not where nobody played any such track, and no such play was live.
 */
const keepWhatWasHeard = async (
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

/** What some listeners, few of them, played before an instant, as of the fence of a task. */
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

/** With straight runs the month before is looked at as well: where it leaves one open, what was earlier is looked up. */
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
    ...(tasks.some(asksForEvidence) ? ['DeliveriesObserved'] : []),
  ];
};

const asksForEvidence = ({ ruleset }: Pick<ReplayTask, 'ruleset'>): boolean =>
  ruleset.counting.delivery !== null;

/** Names the period of a play. Nearly always it is that of the play before. */
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
        const said = declared.get(id) ?? [];
        said.push({ kind, ...data } as unknown as Declaration);
        declared.set(id, said);
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
        const known = cases.get(id);
        if (known) cases.set(id, { ...known, status: data.decision });
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
        for (const { listenerId, ...one } of asksForEvidence(task) ? data.deliveries : []) {
          const ofListener = delivered.get(listenerId);
          if (ofListener) ofListener.push(one);
          else delivered.set(listenerId, [one]);
        }
        break;
      case 'OverclaimDetected':
      case 'ModelScoreRecorded':
        break;
    }
  }
  for (const one of released) cases.set(one.caseId, one);
  return { cases: [...cases.values()], declared, recordings, lengths, delivered };
};
