import type { PeriodClosed } from '../../../domain/royalty/periods/period-events.js';
import { type Period, periodOf } from '../../../domain/royalty/periods/period-id.js';
import type { Sha256 } from '../../../domain/shared/exact/sha256.js';
import { START } from '../../ports/event-store.js';
import { recordedStatement } from './recorded-statement.js';
import { readFacts } from './replay-facts.js';
import { ReplayLog, type ReplaySource } from './replay-log.js';
import { replayTask } from './replay-period.js';
import { NotReplayable, type ReplayTask, taskOf } from './replay-task.js';
import { type ReplayVerdict, verdictOn } from './replay-verdict.js';
import { streamIdOf } from '../../streams/stream-id.js';

/** The result for one closed period: a verdict, or why it could not be replayed, which is a fault of the log. */
export type ClosedReplay = { readonly period: Period } & (
  | { readonly verdict: ReplayVerdict }
  | { readonly failure: NotReplayable }
);

/** Plays kept in memory in one pass over the log: about 100 bytes each. */
const PLAYS_MAX = 2_000_000;

/** `plays`: number of plays by the books, counted or not. */
type Closed = { readonly period: Period; readonly plays: number };

/**
 * Replays every closed period in order of month, in as few passes over the log as memory allows.
 *
 * @throws {StoreUnavailable}
 */
export async function* replayClosed(
  source: ReplaySource & { readonly sha256: Sha256 },
  onProgress?: (position: bigint, plays: number) => void,
): AsyncGenerator<ClosedReplay> {
  const log = new ReplayLog(source);
  for (const together of inPasses(await closedPeriods(source))) {
    const tasks = new Map<Closed, ReplayTask>();
    for (const closed of together) {
      try {
        tasks.set(closed, await taskOf({ ...source, period: closed.period }, log));
      } catch (error) {
        yield { period: closed.period, failure: notReplayable(error) };
      }
    }
    const factsOf = await readFacts(source, [...tasks.values()], onProgress);
    for (const [{ period }, task] of tasks) {
      try {
        const recorded = await recordedStatement({ ...source, period });
        const replayed = await replayTask(source, log, task, factsOf(task));
        yield { period, verdict: verdictOn(recorded, replayed) };
      } catch (error) {
        yield { period, failure: notReplayable(error) };
      }
    }
  }
}

/** In order of month, then of id. */
const closedPeriods = async ({ store, schemas }: ReplaySource): Promise<readonly Closed[]> => {
  const closed: Closed[] = [];
  for await (const page of store.readAll(START, { select: { types: ['PeriodClosed'] } }))
    for (const event of page.events) {
      const period = periodOf(streamIdOf(event.stream));
      const { data } = schemas.upcast(event) as unknown as PeriodClosed;
      if (period) closed.push({ period, plays: playsOf(data) });
    }
  return closed.sort((a, b) => (nameOf(a.period) < nameOf(b.period) ? -1 : 1));
};

const nameOf = ({ offering, territory, month }: Period): string => `${month} ${offering} ${territory}`;

/** Groups of periods for one pass each, limited by their number of plays. Periods of one month stay together. */
function* inPasses(closed: readonly Closed[]): Generator<readonly Closed[]> {
  let together: Closed[] = [];
  let plays = 0;
  for (const ofMonth of Map.groupBy(closed, ({ period }) => period.month).values()) {
    const more = ofMonth.reduce((sum, { plays }) => sum + plays, 0);
    if (together.length > 0 && plays + more > PLAYS_MAX) {
      yield together;
      [together, plays] = [[], 0];
    }
    together.push(...ofMonth);
    plays += more;
  }
  if (together.length > 0) yield together;
}

const playsOf = ({ counted, held, rejected }: PeriodClosed['data']): number =>
  Object.values(rejected).reduce((sum, plays) => sum + plays, counted + held);

const notReplayable = (error: unknown): NotReplayable => {
  if (error instanceof NotReplayable) return error;
  throw error;
};
