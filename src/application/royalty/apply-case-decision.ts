import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CaseContent, integrityCase } from '../../domain/integrity/case.js';
import { periodClose } from '../../domain/royalty/periods/period-close.js';
import { RELEASED_MAX } from '../../domain/royalty/periods/period-events.js';
import { SettlementLog } from './settlement/settlement-log.js';
import { type CommandMeta, type Receipt, Streams } from '../streams/streams.js';
import { RestatePeriod, RestatePeriodHandler } from './closing.commands.js';

/**
 * Applies a case decision to a period that was closed before it. Confirmed: restates the period without the plays (edge
 * case 42). Released: pays the held money to its payees (edge case 43). Does nothing if the period is open or its
 * settlement already includes the decision.
 */
export class ApplyCaseDecision extends Command<Receipt> {
  constructor(
    readonly caseId: string,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

/** Maximum attempts: an interrupted settlement is finished first, and other restatements may intervene. */
const ATTEMPTS_MAX = 5;

@CommandHandler(ApplyCaseDecision)
export class ApplyCaseDecisionHandler implements ICommandHandler<ApplyCaseDecision> {
  constructor(
    private readonly streams: Streams,
    private readonly log: SettlementLog,
    private readonly restatements: RestatePeriodHandler,
  ) {}

  /** @throws as `RestatePeriod` does */
  async execute({ caseId, meta }: ApplyCaseDecision): Promise<Receipt> {
    const decided = await this.streams.load(integrityCase, caseId);
    const { status } = decided.state;
    if (status === 'unknown' || status === 'open')
      return { id: caseId, position: decided.position, appended: 0 };
    const { content } = decided.state;
    const { periodId } = content;
    let appended = 0;
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      // The decision is the last event of a case.
      const { todo, position } = await this.look(caseId, content, status, decided.position);
      if (!todo) return { id: caseId, position, appended };
      const receipt = await this.restatements.execute(new RestatePeriod(periodId, todo, meta));
      appended += receipt.appended;
    }
    throw new Error(
      `Case ${caseId} could not be applied: period ${periodId} is being restated by other commands.`,
    );
  }

  private async look(
    caseId: string,
    { periodId, rule, fence: since }: CaseContent,
    decision: 'confirm' | 'release',
    decidedAt: bigint,
  ): Promise<{ readonly todo?: RestatePeriod['input']; readonly position: bigint }> {
    const { state, position } = await this.streams.load(periodClose, periodId);
    const { status, close, restatement, released } = state;
    if (!close || status === 'open' || status === 'closing') return { position };
    const { fence } = restatement ?? close;
    const isSeen = BigInt(fence) >= decidedAt || released.includes(caseId);
    if (status === 'closed' && isSeen) return { position };
    if (decision === 'confirm') return { todo: { reason: 'CASE_CONFIRMED' }, position };
    if (released.length >= RELEASED_MAX) return { todo: { reason: 'CASES_RELEASED' }, position };
    // A case opened after the fence has held nothing yet. Contradicting reports hold their play even without a case.
    const hasHeld =
      rule === 'CONFLICTING_REPORT'
        ? since !== undefined && BigInt(since) <= BigInt(fence)
        : (await this.log.cases(periodId, BigInt(fence))).some((one) => one.caseId === caseId);
    return status === 'restating' || hasHeld ? { todo: { release: caseId }, position } : { position };
  }
}
