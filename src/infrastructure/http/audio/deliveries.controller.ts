import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { RecordDeliveries } from '../../../application/audio/commands.js';
import { Ids } from '../../../application/ports/ids.js';
import type { CommandMeta } from '../../../application/streams/streams.js';
import { DELIVERIES_MAX } from '../../../domain/audio/delivery-batch.js';
import { receiptOf } from '../routes/answers.js';
import { Meta } from '../routes/parameters.js';
import { Roles, Writes } from '../routes/route.js';
import { instant, id, positionMs, receipt } from '../routes/shapes.js';

const newBatch = z
  .strictObject({
    batchId: id
      .optional()
      .describe('Names this upload, so that it may be repeated; absent: chosen by the service.'),
    deliveries: z
      .array(
        z.strictObject({
          listenerId: id.describe('Whose device it was sent to.'),
          deviceId: id,
          trackId: id,
          fromMs: positionMs,
          toMs: positionMs,
          at: instant.describe("When it was sent, by the server's clock."),
        }),
      )
      .min(1, 'Must have 1 delivery at least.')
      .max(DELIVERIES_MAX, `Must have ${DELIVERIES_MAX} deliveries at most.`)
      .describe('Stretches of tracks [fromMs, toMs) that were sent: streamed, fetched ahead, or downloaded.'),
  })
  .meta({ id: 'NewDeliveries' });

@ApiTags('deliveries')
@Controller('v1/deliveries')
export class DeliveriesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly ids: Ids,
  ) {}

  @Post()
  @Roles('delivery', 'admin')
  @Writes({
    summary: 'Records what servers of audio have sent to devices',
    description:
      'Where a ruleset asks for evidence (R20), what was not sent to a device does not count as heard on it.',
    status: 201,
    answer: receipt,
    problems: ['BatchExists', 'BadDeliveries'],
  })
  async recordDeliveries(
    @Body({ schema: newBatch }) { batchId, ...input }: z.infer<typeof newBatch>,
    @Meta() meta: CommandMeta,
  ) {
    const id = batchId ?? this.ids.derived('deliveries', meta.commandId);
    return receiptOf(await this.commands.execute(new RecordDeliveries(id, input, meta)));
  }
}
