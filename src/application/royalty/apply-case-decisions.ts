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
 * Carries decisions about cases into periods that are closed. One that falls while a period is being closed, behind its
 * fence, is carried out when the close is whole.
 */
export const applyCaseDecisions = (
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
      // The id says all that the command says, so that it serves as the hash of its content as well.
      const commandId = ids.derived(NAME, caseId);
      const meta = { commandId, commandHash: commandId, causationId: event.id, actor: `process:${NAME}`, at };
      await apply(new ApplyCaseDecision(caseId, meta));
    }
  },
});
