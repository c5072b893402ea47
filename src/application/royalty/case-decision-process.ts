import type { CaseDecided } from '../../domain/integrity/case.js';
import type { PeriodClosed } from '../../domain/royalty/periods/period-events.js';
import { ApplyCaseDecision } from './apply-case-decision.js';
import type { Ids } from '../ports/ids.js';
import type { SettlementLog } from './settlement/settlement-log.js';
import type { Receipt } from '../streams/streams.js';
import type { Process } from '../projecting/process-runner.js';
import { streamIdOf } from '../streams/stream-id.js';

const NAME = 'settle-cases';

/**
 * Applies case decisions to closed periods. A decision after the fence of a close that is under way is applied once the
 * close is complete.
 */
export const caseDecisionProcess = (
  apply: (command: ApplyCaseDecision) => Promise<Receipt>,
  log: SettlementLog,
  ids: Ids,
): Process => ({
  name: NAME,
  version: 1,
  select: { types: ['CaseDecided', 'PeriodClosed'] },
  react: async (event) => {
    const { type } = event as unknown as CaseDecided | PeriodClosed;
    const { at } = event.metadata;
    const streamId = streamIdOf(event.stream);
    const decided =
      type === 'CaseDecided'
        ? [streamId]
        : (await log.cases(streamId, event.position))
            .filter(({ status }) => status !== 'open')
            .map(({ caseId }) => caseId);
    for (const caseId of decided) {
      // The id is derived from the whole content of the command, so it also serves as its hash.
      const commandId = ids.derived(NAME, caseId);
      const meta = { commandId, commandHash: commandId, causationId: event.id, actor: `process:${NAME}`, at };
      await apply(new ApplyCaseDecision(caseId, meta));
    }
  },
});
