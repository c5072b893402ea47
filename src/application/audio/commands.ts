import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { deliveryBatch, type ObservedDelivery } from '../../domain/audio/delivery-batch.js';
import { type CommandMeta, type Receipt, Streams } from '../streams/streams.js';

/** Records deliveries to devices from the logs of audio servers. */
export class RecordDeliveries extends Command<Receipt> {
  constructor(
    readonly batchId: string,
    readonly input: { readonly deliveries: readonly ObservedDelivery[] },
    readonly meta: CommandMeta,
  ) {
    super();
  }
}

@CommandHandler(RecordDeliveries)
export class RecordDeliveriesHandler implements ICommandHandler<RecordDeliveries> {
  constructor(private readonly streams: Streams) {}

  execute({ batchId, input, meta }: RecordDeliveries): Promise<Receipt> {
    const data = { ...input, at: meta.at };
    return this.streams.transact(deliveryBatch, batchId, { type: 'RecordDeliveries', data }, meta);
  }
}
