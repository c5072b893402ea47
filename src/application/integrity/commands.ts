import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type CaseContent, type Decision, integrityCase } from '../../domain/integrity/case.js';
import { personOf } from '../streams/person.js';
import { type CommandMeta, type Receipt, Streams } from '../streams/streams.js';

export class OpenCase extends Command<Receipt> {
  constructor(
    readonly caseId: string,
    readonly input: CaseContent,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(OpenCase)
export class OpenCaseHandler implements ICommandHandler<OpenCase> {
  constructor(private readonly streams: Streams) {}

  execute({ caseId, input, meta }: OpenCase): Promise<Receipt> {
    const data = { ...input, at: meta.at };
    return this.streams.transact(integrityCase, caseId, { type: 'OpenCase', data }, meta);
  }
}

export class RecordModelScore extends Command<Receipt> {
  constructor(
    readonly caseId: string,
    readonly input: { readonly model: string; readonly version: string; readonly score: number },
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(RecordModelScore)
export class RecordModelScoreHandler implements ICommandHandler<RecordModelScore> {
  constructor(private readonly streams: Streams) {}

  execute({ caseId, input, meta }: RecordModelScore): Promise<Receipt> {
    const data = { ...input, at: meta.at };
    return this.streams.transact(integrityCase, caseId, { type: 'RecordModelScore', data }, meta);
  }
}

export class DecideCase extends Command<Receipt> {
  constructor(
    readonly caseId: string,
    readonly decision: Decision,
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(DecideCase)
export class DecideCaseHandler implements ICommandHandler<DecideCase> {
  constructor(private readonly streams: Streams) {}

  execute({ caseId, decision, meta }: DecideCase): Promise<Receipt> {
    const data = { decision, by: personOf(meta), at: meta.at };
    return this.streams.transact(integrityCase, caseId, { type: 'DecideCase', data }, meta);
  }
}
