import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { reject } from '../../domain/decider.js';
import { type Period, periodIdOf, periodOf } from '../../domain/royalty/periods/period-id.js';
import {
  type Due,
  notDue,
  periodClose,
  type PeriodCloseCommand,
  type PeriodCloseState,
} from '../../domain/royalty/periods/period-close.js';
import { restate } from '../../domain/royalty/statements/restatement.js';
import { CommandRejected } from '../streams/command-rejected.js';
import { Ids } from '../ports/ids.js';
import { BookWriter } from './settlement/book-writer.js';
import { MoneyProjections } from './settlement/money-projections.js';
import { inputsOf } from './settlement/period-log.js';
import { ACTOR, RulesetsInForce } from './settlement/rulesets-in-force.js';
import { SettlementLog } from './settlement/settlement-log.js';
import { SettlementDispatcher } from './settlement/settlement-dispatcher.js';
import { type CommandMeta, type Receipt, Streams } from '../streams/streams.js';

/** Reason to settle a period before its due day; the month must be over even then. Absent: it must be due. */
type Early = { readonly early?: string | undefined };

/**
 * Closes a period: records statement, journals and summary. Idempotent. After a crash, sending it again continues the
 * same close.
 */
export class ClosePeriod extends Command<Receipt> {
  constructor(
    readonly periodId: string,
    readonly input: Early,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

/** Records a provisional settlement of a period: the summary of a close as of now. Books nothing. */
export class MakeProvisional extends Command<Receipt> {
  constructor(
    readonly periodId: string,
    readonly input: Early,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

/**
 * R13: settles a closed period again up to a new fence, by the ruleset of its close, and books the differences. An
 * interrupted restatement is completed instead of beginning another. A release keeps the old fence and only moves the
 * held money of its case (edge case 43).
 */
export class RestatePeriod extends Command<Receipt> {
  constructor(
    readonly periodId: string,
    /** A reason code such as `LATE_USAGE`, `REFUND` or `METADATA`; or the id of a released case. */
    readonly input: { readonly reason: string } | { readonly release: string },
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(ClosePeriod)
export class ClosePeriodHandler implements ICommandHandler<ClosePeriod> {
  constructor(
    private readonly streams: Streams,
    private readonly log: SettlementLog,
    private readonly projections: MoneyProjections,
    private readonly dispatcher: SettlementDispatcher,
    private readonly books: BookWriter,
    private readonly ids: Ids,
    private readonly rules: RulesetsInForce,
  ) {}

  async execute({ periodId, input, meta }: ClosePeriod): Promise<Receipt> {
    const period = periodNamed(periodId);
    const before = await this.streams.load(periodClose, periodId);
    if (before.state.status === 'closed' || before.state.status === 'restating')
      return { id: periodId, position: before.position, appended: 0 };
    if (before.state.status === 'open') {
      const rules = await this.rules.of(period);
      const due = {
        month: period.month,
        afterDays: rules.ruleset.closing.finalDays,
        early: input.early,
        at: meta.at,
      };
      assertDue(due, before.state);
      await this.rules.publish(rules, meta);
      const fence = await this.log.head();
      await this.projections.reached(fence);
      const data = { ...due, fence: fence.toString(), rulesetHash: rules.hash };
      await this.streams.transact(periodClose, periodId, { type: 'BeginClose', data }, meta);
    }
    return this.finish(period);
  }

  /** With the fence fixed, the result follows from the log alone, so that every retry writes the same. */
  private async finish(period: Period): Promise<Receipt> {
    const periodId = periodIdOf(period);
    const { state } = await this.streams.load(periodClose, periodId);
    if (!state.close) throw new CommandRejected(reject('PeriodNotClosed', 'The period has not been closed.'));
    const { fence, rulesetHash, at } = state.close;
    await this.projections.reached(BigInt(fence));
    const inputs = inputsOf(await this.log.period(periodId), 0);
    const { summary, lines, journals } = await this.dispatcher.compute({
      period,
      rulesetHash,
      fence,
      inputs,
    });
    const { linesRoot } = summary;
    await this.books.write({ periodId, number: 0, lines, journals, linesRoot, at });
    const data = { summary: { ...summary, at } };
    const meta = processMeta(this.ids, periodId, 0, linesRoot, at);
    return this.streams.transact(periodClose, periodId, { type: 'CompleteClose', data }, meta);
  }
}

@CommandHandler(MakeProvisional)
export class MakeProvisionalHandler implements ICommandHandler<MakeProvisional> {
  constructor(
    private readonly streams: Streams,
    private readonly log: SettlementLog,
    private readonly projections: MoneyProjections,
    private readonly dispatcher: SettlementDispatcher,
    private readonly rules: RulesetsInForce,
  ) {}

  async execute({ periodId, input, meta }: MakeProvisional): Promise<Receipt> {
    const period = periodNamed(periodId);
    const rules = await this.rules.of(period);
    const due = {
      month: period.month,
      afterDays: rules.ruleset.closing.provisionalDays,
      early: input.early,
      at: meta.at,
    };
    assertDue(due, (await this.streams.load(periodClose, periodId)).state);
    await this.rules.publish(rules, meta);
    const fence = await this.log.head();
    await this.projections.reached(fence);
    const inputs = inputsOf(await this.log.period(periodId), 0);
    const settlementRequest = { period, rulesetHash: rules.hash, fence: fence.toString(), inputs };
    const { summary } = await this.dispatcher.compute(settlementRequest);
    const data = { ...due, summary: { ...summary, at: meta.at } };
    return this.streams.transact(periodClose, periodId, { type: 'MakeProvisional', data }, meta);
  }
}

@CommandHandler(RestatePeriod)
export class RestatePeriodHandler implements ICommandHandler<RestatePeriod> {
  constructor(
    private readonly streams: Streams,
    private readonly log: SettlementLog,
    private readonly projections: MoneyProjections,
    private readonly dispatcher: SettlementDispatcher,
    private readonly books: BookWriter,
    private readonly ids: Ids,
  ) {}

  async execute({ periodId, input, meta }: RestatePeriod): Promise<Receipt> {
    const period = periodNamed(periodId);
    const fence = await this.log.head();
    await this.projections.reached(fence);
    const { at } = meta;
    const begin: PeriodCloseCommand =
      'release' in input
        ? { type: 'BeginRelease', data: { caseId: input.release, at } }
        : { type: 'BeginRestatement', data: { fence: fence.toString(), reason: input.reason, at } };
    const begun = await this.streams.transact(periodClose, periodId, begin, meta);
    const { state } = await this.streams.load(periodClose, periodId);
    // A repeat of a completed command: returns its receipt and begins no new restatement.
    return state.status === 'restating' ? this.finish(period) : begun;
  }

  private async finish(period: Period): Promise<Receipt> {
    const periodId = periodIdOf(period);
    const { state } = await this.streams.load(periodClose, periodId);
    const { close, restatement, number, released } = state;
    if (!close || !restatement)
      throw new CommandRejected(reject('PeriodNotClosed', 'The period has not been closed.'));
    const { fence, at } = restatement;
    await this.projections.reached(BigInt(fence));
    const inputs = inputsOf(await this.log.period(periodId), number);
    const { rulesetHash } = close;
    const now = await this.dispatcher.compute({ period, rulesetHash, fence, inputs, released });
    const standing = await this.log.standing(periodId, number - 1);
    const reason = released.length > 0 ? 'RELEASE' : 'RESTATEMENT';
    const { lines, journals } = restate(periodId, standing, now, reason);
    const { linesRoot } = now.summary;
    await this.books.write({ periodId, number, lines, journals, linesRoot, at });
    const data = { number, summary: { ...now.summary, at } };
    const meta = processMeta(this.ids, periodId, number, linesRoot, at);
    return this.streams.transact(periodClose, periodId, { type: 'CompleteRestatement', data }, meta);
  }
}

/**
 * Checks early, before publishing or computing anything. The decider checks again on the then current state.
 *
 * @throws {CommandRejected}
 */
const assertDue = (due: Due, state: PeriodCloseState): void => {
  const refusal = state.status === 'open' ? notDue(due, state) : undefined;
  if (refusal) throw new CommandRejected(refusal);
};

const processMeta = (
  ids: Ids,
  periodId: string,
  number: number,
  commandHash: string,
  at: number,
): CommandMeta => ({
  commandId: ids.derived('settlement', periodId, number),
  commandHash,
  actor: ACTOR,
  at,
});

/** @throws {RangeError} for an invalid id; callers validate ids at the boundary */
const periodNamed = (periodId: string): Period => {
  const period = periodOf(periodId);
  if (!period) throw new RangeError(`A period id is <offering>.<territory>.<YYYY-MM>, not ${periodId}.`);
  return period;
};
