import {
  compareStatements,
  type StatementDifference,
  recordedStatement,
  type PeriodStatement,
} from './recorded-statement.js';
import { replayPeriod } from './replay-period.js';
import type { ReplayRequest } from './replay-task.js';

/** Amounts of a track in the books and in the replay, micro-units; null if it has no line. */
export type TrackSideBySide = {
  readonly trackId: string;
  readonly recorded: bigint | null;
  readonly replayed: bigint | null;
};

export type ReplayVerdict = {
  /**
   * `equal` or `different`: the books compared with the replay. `whatIf`: replayed by another ruleset. `notClosed`: the
   * books have no statement.
   */
  readonly verdict: 'equal' | 'different' | 'whatIf' | 'notClosed';
  readonly recorded: PeriodStatement | undefined;
  readonly replayed: PeriodStatement;
  /** The first `DIFFERENCES_MAX` differences; empty for a what-if. */
  readonly differences: readonly StatementDifference[];
  readonly differencesInAll: number;
};

/** Maximum number of reported differences. */
export const DIFFERENCES_MAX = 200;

/**
 * Replays a period and compares the result with the books.
 *
 * @throws {NotReplayable}
 * @throws {StoreUnavailable}
 */
export const replayVerdict = async (request: ReplayRequest): Promise<ReplayVerdict> => {
  const recorded = await recordedStatement(request);
  return verdictOn(recorded, await replayPeriod(request), request.asOf !== undefined);
};

/** @param isElsewhere whether the replay used another fence than the books */
export const verdictOn = (
  recorded: PeriodStatement | undefined,
  replayed: PeriodStatement,
  isElsewhere = false,
): ReplayVerdict => {
  const base = { recorded, replayed, differences: [], differencesInAll: 0 };
  if (!recorded) return { ...base, verdict: 'notClosed' };
  if (replayed.summary.rulesetHash !== recorded.summary.rulesetHash) return { ...base, verdict: 'whatIf' };

  // Another fence was requested, so it is no difference.
  const found = compareStatements(recorded, replayed).filter(({ at }) => !(at === 'fence' && isElsewhere));
  // The version of the code may explain differences but is none: a later release has another one.
  if (found.every(({ at }) => at === 'codeVersion')) return { ...base, verdict: 'equal' };
  return {
    ...base,
    verdict: 'different',
    differences: found.slice(0, DIFFERENCES_MAX),
    differencesInAll: found.length,
  };
};

/** Amounts of each track in both statements, the highest recorded amount first, then by id. */
export const sideBySide = (
  { recorded, replayed }: Pick<ReplayVerdict, 'recorded' | 'replayed'>,
  limit: number,
): readonly TrackSideBySide[] => {
  const amounts = new Map<string, { recorded: bigint | null; replayed: bigint | null }>();
  for (const { trackId, amount } of recorded?.lines ?? [])
    amounts.set(trackId, { recorded: amount, replayed: null });
  for (const { trackId, amount } of replayed.lines)
    amounts.set(trackId, { recorded: amounts.get(trackId)?.recorded ?? null, replayed: amount });
  return Array.from(amounts, ([trackId, both]) => ({ trackId, ...both }))
    .sort(
      (a, b) =>
        compare(b.recorded ?? 0n, a.recorded ?? 0n) ||
        compare(b.replayed ?? 0n, a.replayed ?? 0n) ||
        (a.trackId < b.trackId ? -1 : 1),
    )
    .slice(0, limit);
};

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
