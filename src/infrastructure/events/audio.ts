import { z } from 'zod';
import { DELIVERIES_MAX, type DeliveriesObserved } from '../../domain/audio/delivery-batch.js';
import type { ShapesOf } from './event-shape.js';
import { idField, instantField, millisecondsField } from './fields.js';

const delivery = z.strictObject({
  listenerId: idField('Listener whose device received the audio.'),
  deviceId: idField('Device that received the audio.'),
  trackId: idField('Track that was sent.'),
  fromMs: millisecondsField('Start of the delivered range in the track.'),
  toMs: millisecondsField('End of the delivered range in the track, after its start.'),
  at: instantField("Time of the delivery, by the server's clock."),
});

export const deliveryShapes = {
  DeliveriesObserved: {
    summary: 'Servers delivered ranges of tracks to devices. Delivery evidence for plays (R20).',
    schema: z.strictObject({
      deliveries: z.array(delivery).min(1).max(DELIVERIES_MAX).describe('Deliveries of the batch.'),
      at: instantField('Time of recording.'),
    }),
  },
} satisfies ShapesOf<DeliveriesObserved>;
