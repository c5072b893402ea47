import type { TrackEvent } from '../../../domain/catalogue/track.js';
import type { CaseEvent } from '../../../domain/integrity/case.js';
import type { PlayReported } from '../../../domain/playback/events.js';
import type { Declaration } from '../../../domain/rights/shares-at.js';
import type { RightsEvent } from '../../../domain/rights/rights-events.js';
import type { BookedAmount, RecordedLine } from '../../../domain/royalty/statements/ledger-events.js';
import type { PeriodEvent, PeriodInput, PeriodLife } from '../../../domain/royalty/periods/period-events.js';
import type { PlayReport } from '../../../domain/royalty/counting/merged-reports.js';
import type { CaseFacts } from '../../../domain/royalty/statements/settlement.js';
import type { Booking, StatementLine } from '../../../domain/royalty/statements/statement.js';
import type { Recording } from '../../../domain/royalty/counting/usage-rules.js';

// Folds recorded events into the facts of a settlement. The replay has separate code for this.

const LIFE: readonly PeriodLife['type'][] = [
  'PeriodProvisional',
  'PeriodCloseBegun',
  'PeriodClosed',
  'RestatementBegun',
  'PeriodRestated',
];

const isInput = (event: PeriodEvent): event is PeriodInput => !LIFE.some((type) => type === event.type);

/**
 * The inputs of the settlement with this number (0: the close): those recorded before it was begun, or all if it was
 * not begun yet.
 */
export const inputsOf = (events: readonly PeriodEvent[], number: number): readonly PeriodInput[] => {
  const begun = events.findIndex((event) =>
    number === 0
      ? event.type === 'PeriodCloseBegun'
      : event.type === 'RestatementBegun' && event.data.number === number,
  );
  const restatement = events[begun];
  // A release reads no new inputs.
  if (restatement?.type === 'RestatementBegun' && restatement.data.released)
    return inputsOf(events, number - 1);
  return (begun < 0 ? events : events.slice(0, begun)).filter(isInput);
};

/** Adds a declaration of a track's shares. */
export const withDeclaration = (
  earlier: readonly Declaration[],
  event: RightsEvent,
): readonly Declaration[] => {
  if (event.type === 'OverclaimDetected') return earlier;
  const { at: _at, ...content } = event.data;
  const kind = event.type === 'SharesClaimed' ? 'claim' : 'resolution';
  return [...earlier, { kind, ...content } as Declaration];
};

/** Folds the events of a track into its catalogue data. */
export const recordingIn = (trackId: string, events: readonly TrackEvent[]): Recording => {
  let recording: Recording = { artistId: trackId, isNoise: false };
  for (const { type, data } of events) {
    if (type === 'TrackCorrected') continue;
    const isNoise = data.kind === 'noise';
    recording = type === 'TrackRegistered' ? { artistId: data.artistId, isNoise } : { ...recording, isNoise };
  }
  return recording;
};

/** Folds the events of cases into the cases of a period. */
export const casesOf = (
  periodId: string,
  events: Iterable<{ readonly caseId: string; readonly event: CaseEvent }>,
): readonly CaseFacts[] => {
  const cases = new Map<string, CaseFacts>();
  for (const { caseId, event } of events) {
    const earlier = cases.get(caseId);
    if (event.type === 'CaseOpened' && event.data.periodId === periodId && !earlier)
      cases.set(caseId, {
        caseId,
        subject: event.data.subject,
        status: 'open',
        ...(event.data.rule === 'CONFLICTING_REPORT' && { isConflict: true }),
      });
    if (event.type === 'CaseDecided' && earlier?.status === 'open')
      cases.set(caseId, { ...earlier, status: event.data.decision });
  }
  return [...cases.values()];
};

/** The numbered report in an event. */
export const reportIn = (data: PlayReported['data']): PlayReport => ({
  deviceId: data.reportedBy,
  deviceSeq: data.deviceSeq,
  segments: data.segments,
  contentHash: data.contentHash,
  endedAt: data.at,
  receivedAt: data.receivedAt,
  muted: data.muted,
  caseId: data.caseId,
});

export const lineOf = ({ amount, splits, penalty, part: _part, ...line }: RecordedLine): StatementLine => ({
  ...line,
  amount: BigInt(amount),
  splits: splits.map(bookingOf),
  ...(penalty && {
    penalty: { artificial: penalty.artificial, charges: penalty.charges.map(bookingOf) },
  }),
});

const bookingOf = ({ account, amount }: BookedAmount): Booking => ({ account, amount: BigInt(amount) });
