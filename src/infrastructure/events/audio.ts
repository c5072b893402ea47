import { z } from 'zod';
import { DELIVERIES_MAX, type DeliveriesObserved } from '../../domain/audio/delivery-batch.js';
import type { ShapesOf } from './event-shape.js';
import { idField, instantField, millisecondsField } from './fields.js';

const delivery = z.strictObject({
  listenerId: idField('Whose device it was sent to.'),
  deviceId: idField('The device.'),
  trackId: idField('What was sent.'),
  fromMs: millisecondsField('Begin of the stretch. Position in the track.'),
  toMs: millisecondsField('End of the stretch, beyond its begin. Position in the track.'),
  at: instantField("When, by the server's clock."),
});

export const deliveryShapes = {
  DeliveriesObserved: {
    summary:
      'Servers of audio have sent stretches of tracks to devices: evidence of what could be heard (R20).',
    schema: z.strictObject({
      deliveries: z.array(delivery).min(1).max(DELIVERIES_MAX).describe('What was sent.'),
      at: instantField('When it was recorded.'),
    }),
  },
} satisfies ShapesOf<DeliveriesObserved>;
