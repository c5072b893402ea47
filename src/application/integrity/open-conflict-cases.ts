import { type CaseContent, integrityCase } from '../../domain/integrity/case.js';
import type { PlayReported } from '../../domain/playback/events.js';
import { periodIdOf } from '../../domain/royalty/periods/period-id.js';
import { PRO_RATA } from '../../domain/royalty/rulesets/defaults.js';
import { monthOf } from '../../domain/shared/calendar.js';
import { utf8 } from '../../domain/shared/exact/canonical-json.js';
import { hex } from '../../domain/shared/exact/sha256.js';
import { CommandRejected } from '../streams/command-rejected.js';
import { hashOfRuleset } from '../../domain/royalty/rulesets/ruleset-hash.js';
import type { Digests } from '../ports/digests.js';
import type { Ids } from '../ports/ids.js';
import { conflictEvidence } from './conflict-evidence.js';
import type { SettlementLog } from '../royalty/settlement/settlement-log.js';
import { streamIdOf } from '../streams/stream-id.js';
import type { Streams } from '../streams/streams.js';
import type { Process } from '../projecting/process-runner.js';

const NAME = 'open-conflict-cases';

/**
 * Opens a case for a play with contradicting reports (R15), so that a person can decide it. Settlements hold the play under
 * this case's id from the report on, even before the case is open.
 */
export const openConflictCases = (
  streams: Streams,
  log: SettlementLog,
  ids: Ids,
  digests: Digests,
): Process => ({
  name: NAME,
  version: 1,
  select: { types: ['PlayReported'] },
  react: async (event) => {
    const { caseId, offering, territory, startedAt } = (event as unknown as PlayReported).data;
    if (caseId === null) return;
    const { at } = event.metadata;
    const period = { offering, territory, month: monthOf(startedAt) };
    const about = {
      periodId: periodIdOf(period),
      fence: event.position.toString(),
      playId: streamIdOf(event.stream),
    };
    const content: CaseContent = {
      rule: 'CONFLICTING_REPORT',
      rulesVersion: (await log.rulesetInForce(period)) ?? hashOfRuleset(digests, PRO_RATA),
      periodId: about.periodId,
      subject: { kind: 'play', id: about.playId },
      evidenceHash: hex(digests.sha256(utf8(await conflictEvidence(log, about)))),
      fence: about.fence,
    };
    const commandId = ids.derived(NAME, event.id);
    const meta = { commandId, commandHash: commandId, causationId: event.id, actor: `process:${NAME}`, at };
    try {
      await streams.transact(integrityCase, caseId, { type: 'OpenCase', data: { ...content, at } }, meta);
    } catch (error) {
      // An earlier contradiction opened it: a play has one case, which keeps its first evidence.
      if (error instanceof CommandRejected && error.rejection.rejected === 'CaseExists') return;
      throw error;
    }
  },
});
