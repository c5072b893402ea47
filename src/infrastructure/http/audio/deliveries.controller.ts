import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { RecordDeliveries } from '../../../application/audio/commands.js';
import { Ids } from '../../../application/ports/ids.js';
import type { CommandMeta } from '../../../application/streams/streams.js';
import { DELIVERIES_MAX } from '../../../domain/audio/delivery-batch.js';
import { receiptOf } from '../routes/responses.js';
import { Meta } from '../routes/parameters.js';
import { Roles, Writes } from '../routes/route.js';
import { instant, id, positionMs, receipt } from '../routes/shapes.js';

const newBatch = z
  .strictObject({
    batchId: id
      .optional()
      .describe('Id of this batch, which makes repeats safe; absent: the service chooses one.'),
    deliveries: z
      .array(
        z.strictObject({
          listenerId: id.describe('Listener whose device received the audio.'),
          deviceId: id,
          trackId: id,
          fromMs: positionMs,
          toMs: positionMs,
          at: instant.describe("Time of the delivery, by the server's clock."),
        }),
      )
      .min(1, 'Must have at least 1 delivery.')
      .max(DELIVERIES_MAX, `Must have at most ${DELIVERIES_MAX} deliveries.`)
      .describe('Ranges [fromMs, toMs) of tracks that servers sent: streamed, prefetched or downloaded.'),
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
    summary: 'Records deliveries of audio to devices',
    description:
      'If the ruleset requires delivery evidence (R20), audio that was not delivered to a device does not count as heard on it. A repeat with the same `batchId` and content changes nothing.',
    status: 201,
    response: receipt,
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
