import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { integrityCase } from '../../domain/integrity/case.js';
import { periodClose } from '../../domain/royalty/periods/period-close.js';
import { type Period, periodIdOf } from '../../domain/royalty/periods/period-id.js';
import { CommandRejected } from '../streams/command-rejected.js';
import { Examiner, type Suspicion } from './examiner.js';
import { MoneyProjections } from '../royalty/settlement/money-projections.js';
import { RulesetsInForce } from '../royalty/settlement/rulesets-in-force.js';
import { SettlementLog } from '../royalty/settlement/settlement-log.js';
import { type CommandMeta, type Receipt, Streams } from '../streams/streams.js';

/**
 * Examines all plays of a period so far by the rules that may hold money (F2, F6 to F9), with the parameters of its
 * ruleset, and opens a case for each subject found. A subject that has a case, open or decided, gets no other.
 */
export class ExaminePeriod extends Command<Receipt> {
  constructor(
    readonly period: Period,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(ExaminePeriod)
export class ExaminePeriodHandler implements ICommandHandler<ExaminePeriod> {
  constructor(
    private readonly streams: Streams,
    private readonly log: SettlementLog,
    private readonly projections: MoneyProjections,
    private readonly rules: RulesetsInForce,
    private readonly examiner: Examiner,
  ) {}

  async execute({ period, meta }: ExaminePeriod): Promise<Receipt> {
    const periodId = periodIdOf(period);
    const { state } = await this.streams.load(periodClose, periodId);
    const rulesetHash = state.close?.rulesetHash ?? (await this.rulesetInForce(period, meta));
    const head = await this.log.head();
    await this.projections.reached(head);
    const fence = head.toString();

    let receipt: Receipt = { id: periodId, position: head, appended: 0 };
    for (const suspicion of await this.examiner.suspicions({ period, rulesetHash, fence })) {
      const opened = await this.open(suspicion, { periodId, rulesVersion: rulesetHash, fence }, meta);
      if (opened && opened.position > receipt.position) receipt = { ...receipt, position: opened.position };
      receipt = { ...receipt, appended: receipt.appended + (opened?.appended ?? 0) };
    }
    return receipt;
  }

  private async rulesetInForce(period: Period, meta: CommandMeta): Promise<string> {
    const rules = await this.rules.of(period);
    await this.rules.publish(rules, meta);
    return rules.hash;
  }

  /** Opens the case of a suspicion. Undefined when the subject has a case. */
  private async open(
    { caseId, rule, subject, evidenceHash }: Suspicion,
    of: { readonly periodId: string; readonly rulesVersion: string; readonly fence: string },
    meta: CommandMeta,
  ): Promise<Receipt | undefined> {
    const data = { ...of, rule, subject, evidenceHash, at: meta.at };
    try {
      return await this.streams.transact(integrityCase, caseId, { type: 'OpenCase', data }, meta);
    } catch (error) {
      // The case was opened earlier, on other evidence, which it keeps.
      if (error instanceof CommandRejected && error.rejection.rejected === 'CaseExists') return undefined;
      throw error;
    }
  }
}
