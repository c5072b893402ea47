import {
  compareStatements,
  type StatementDifference,
  recordedStatement,
  type PeriodStatement,
} from './recorded-statement.js';
import { replayPeriod } from './replay-period.js';
import type { ReplayRequest } from './replay-task.js';

/** What a track earned by the books and by the replay, micro-units; null where it has no line. */
export type TrackSideBySide = {
  readonly trackId: string;
  readonly recorded: bigint | null;
  readonly replayed: bigint | null;
};

export type ReplayVerdict = {
  /**
   * `equal` or `different`: what stands in the books against the log. `whatIf`: by another ruleset. `notClosed`: there
   * is nothing to compare with.
   */
  readonly verdict: 'equal' | 'different' | 'whatIf' | 'notClosed';
  readonly recorded: PeriodStatement | undefined;
  readonly replayed: PeriodStatement;
  /** Where they part, the first few; none for a what-if. */
  readonly differences: readonly StatementDifference[];
  readonly differencesInAll: number;
};

/** Differences that are kept. */
export const DIFFERENCES_MAX = 200;

/**
 * Replays a period and holds it against what stands in the books.
 *
 * @throws {NotReplayable}
 * @throws {StoreUnavailable}
 */
export const replayVerdict = async (request: ReplayRequest): Promise<ReplayVerdict> => {
  const recorded = await recordedStatement(request);
  return verdictOn(recorded, await replayPeriod(request), request.asOf !== undefined);
};

/** @param isElsewhere whether it was replayed as of another place in the log than the books */
export const verdictOn = (
  recorded: PeriodStatement | undefined,
  replayed: PeriodStatement,
  isElsewhere = false,
): ReplayVerdict => {
  const base = { recorded, replayed, differences: [], differencesInAll: 0 };
  if (!recorded) return { ...base, verdict: 'notClosed' };
  if (replayed.summary.rulesetHash !== recorded.summary.rulesetHash) return { ...base, verdict: 'whatIf' };

  // A replay as of another place names another fence.
  const found = compareStatements(recorded, replayed).filter(({ at }) => !(at === 'fence' && isElsewhere));
  // Which release settled explains a difference and is none: years later there is another one.
  if (found.every(({ at }) => at === 'codeVersion')) return { ...base, verdict: 'equal' };
  return {
    ...base,
    verdict: 'different',
    differences: found.slice(0, DIFFERENCES_MAX),
    differencesInAll: found.length,
  };
};

/** What each track earned here and there, most money by the books first; then by id. */
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
