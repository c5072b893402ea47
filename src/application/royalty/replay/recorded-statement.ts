import type { PeriodEvent, SettlementSummary } from '../../../domain/royalty/periods/period-events.js';
import { type Period, periodIdOf } from '../../../domain/royalty/periods/period-id.js';
import type { StatementLine } from '../../../domain/royalty/statements/statement.js';
import { canonicalJson, type Json } from '../../../domain/shared/exact/canonical-json.js';
import { ReplayLog, type ReplaySource } from './replay-log.js';

/** The statement of a period, from the books or from a replay. */
export type PeriodStatement = {
  readonly summary: Omit<SettlementSummary, 'at'>;
  /** In order of track, by bytes. */
  readonly lines: readonly StatementLine[];
};

/** The recorded statement: the close and all complete restatements added up. Undefined before the close. */
export const recordedStatement = async (
  request: ReplaySource & { readonly period: Period },
): Promise<PeriodStatement | undefined> => {
  const log = new ReplayLog(request);
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
    lines: lines.filter(
      ({ plays, amount, penalty, belowEligibility }) =>
        plays !== 0 || amount !== 0n || penalty || belowEligibility,
    ),
  };
};

/** One difference between two statements. */
export type StatementDifference = {
  /** A field of the summary, or `track <id>`. */
  readonly at: string;
  /** Canonical JSON; null if absent. */
  readonly recorded: string | null;
  readonly replayed: string | null;
};

/** All differences between two statements, those of the summary first. Empty: they are equal to the unit and hash. */
export const compareStatements = (
  recorded: PeriodStatement,
  replayed: PeriodStatement,
): readonly StatementDifference[] => {
  const [before, after] = [recorded.summary, replayed.summary] as const;
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof typeof before)[];
  const ofSummary = fields.map((field) => difference(field, before[field], after[field]));
  const [recordedLines, replayedLines] = [byTrack(recorded), byTrack(replayed)];
  const tracks = [...new Set([...recordedLines.keys(), ...replayedLines.keys()])];
  const ofLines = tracks.map((id) => difference(`track ${id}`, recordedLines.get(id), replayedLines.get(id)));
  return [...ofSummary, ...ofLines].filter((found) => found !== undefined);
};

const difference = (at: string, recorded: unknown, replayed: unknown): StatementDifference | undefined => {
  const text = (value: unknown) => (value === undefined ? null : canonicalJson(value as Json));
  const [a, b] = [text(recorded), text(replayed)];
  return a === b ? undefined : { at, recorded: a, replayed: b };
};

const byTrack = ({ lines }: PeriodStatement): ReadonlyMap<string, StatementLine> =>
  new Map(lines.map((line) => [line.trackId, line]));
