import { settlementOf } from '../../../domain/royalty/statements/settlement.js';
import type { Sha256 } from '../../../domain/shared/exact/sha256.js';
import type { PeriodStatement } from './recorded-statement.js';
import { type Facts, readFacts } from './replay-facts.js';
import { ReplayLog, type ReplaySource } from './replay-log.js';
import { NotReplayable, type ReplayRequest, type ReplayTask, taskOf } from './replay-task.js';
import { replayedUsage } from './replay-usage.js';

// The second way to a statement: from the log alone, in one pass, without read models and without the code that closed
// the period. What both have in common are the rules of the domain.

/**
 * Recomputes a period.
 *
 * @throws {NotReplayable}
 * @throws {StoreUnavailable}
 */
export const replayPeriod = async (request: ReplayRequest): Promise<PeriodStatement> => {
  const log = new ReplayLog(request);
  const task = await taskOf(request, log);
  const factsOf = await readFacts(request, [task], request.onProgress);
  return replayTask(request, log, task, factsOf(task));
};

/** Settles one period again from the facts of the log. @throws as `replayPeriod` */
export const replayTask = async (
  source: ReplaySource & { readonly sha256: Sha256 },
  log: ReplayLog,
  task: ReplayTask,
  facts: Facts,
): Promise<PeriodStatement> => {
  const { sha256 } = source;
  const { period, fence, inputs, ruleset, rulesetHash } = task;
  const usage = await replayedUsage(source, log, task, facts, sha256);
  const { cases } = facts;
  const outcome = settlementOf(
    { period, fence: fence.toString(), ruleset, rulesetHash, inputs, cases, sha256 },
    usage,
  );
  if ('rejected' in outcome) throw new NotReplayable(outcome.rejected, outcome.detail);
  return { summary: outcome.summary, lines: outcome.lines };
};
