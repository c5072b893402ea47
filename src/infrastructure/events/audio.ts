import { z } from 'zod';
import { DELIVERIES_MAX, type DeliveriesObserved } from '../../domain/audio/delivery-batch.js';
import type { ShapesOf } from './event-shape.js';
import { id, instant, milliseconds } from './fields.js';

const delivery = z.strictObject({
  listenerId: id('Whose device it was sent to.'),
  deviceId: id('The device.'),
  trackId: id('What was sent.'),
  fromMs: milliseconds('Begin of the stretch. Position in the track.'),
  toMs: milliseconds('End of the stretch, beyond its begin. Position in the track.'),
  at: instant("When, by the server's clock."),
});

export const deliveryShapes = {
  DeliveriesObserved: {
    summary:
      'Servers of audio have sent stretches of tracks to devices: evidence of what could be heard (R20).',
    schema: z.strictObject({
      deliveries: z.array(delivery).min(1).max(DELIVERIES_MAX).describe('What was sent.'),
      at: instant('When it was recorded.'),
    }),
  },
} satisfies ShapesOf<DeliveriesObserved>;
