import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { PeriodInput } from '../../domain/royalty/period-events.js';
import { type Period, periodIdOf } from '../../domain/royalty/period-id.js';
import { period } from '../../domain/royalty/period.js';
import { type CommandMeta, type Receipt, Streams } from '../streams.js';

/** An input as it is reported, before it is known when. */
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
    /** An exchange rate takes the place of the one before. */
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

export const periodHandlers = [RecordPeriodInputHandler];
