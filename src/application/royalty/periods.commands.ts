import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { PeriodInput } from '../../domain/royalty/periods/period-events.js';
import { feesOfPlans, type PlanFee } from '../../domain/royalty/periods/plan-fees.js';
import { type Period, periodIdOf } from '../../domain/royalty/periods/period-id.js';
import { period } from '../../domain/royalty/periods/period.js';
import { CommandRejected } from '../streams/command-rejected.js';
import { type CommandMeta, type Receipt, Streams } from '../streams/streams.js';

/** An input as reported, without the time of recording. */
export type ReportedInput = PeriodInput extends infer Input
  ? Input extends { readonly type: infer Type; readonly data: infer Data }
    ? { readonly type: Type; readonly data: Omit<Data, 'at'> }
    : never
  : never;

export class RecordPeriodInput extends Command<Receipt> {
  constructor(
    readonly period: Period,
    readonly input: ReportedInput,
    readonly meta: CommandMeta,
    /** Whether an exchange rate replaces the previous one. */
    readonly corrects = false,
  ) {
    super();
  }
}

@CommandHandler(RecordPeriodInput)
export class RecordPeriodInputHandler implements ICommandHandler<RecordPeriodInput> {
  constructor(private readonly streams: Streams) {}

  execute({ period: key, input, meta, corrects }: RecordPeriodInput): Promise<Receipt> {
    const fact = { type: input.type, data: { ...input.data, at: meta.at } } as PeriodInput;
    const data = { month: key.month, input: fact, corrects };
    return this.streams.transact(period, periodIdOf(key), { type: 'RecordInput', data }, meta);
  }
}

/** Records the prices of plans as fees of their members (edge cases 33 and 34). */
export class RecordPlanFees extends Command<Receipt> {
  constructor(
    readonly period: Period,
    readonly input: {
      readonly reportId: string;
      readonly currency: string;
      readonly plans: readonly PlanFee[];
    },
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(RecordPlanFees)
export class RecordPlanFeesHandler implements ICommandHandler<RecordPlanFees> {
  constructor(private readonly inputs: RecordPeriodInputHandler) {}

  async execute({ period: key, input: { plans, ...report }, meta }: RecordPlanFees): Promise<Receipt> {
    const fees = feesOfPlans(plans, key.month);
    if ('rejected' in fees) throw new CommandRejected(fees);
    const data = { ...report, fees };
    return this.inputs.execute(new RecordPeriodInput(key, { type: 'ListenerFeesRecorded', data }, meta));
  }
}
