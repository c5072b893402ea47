import type { DeliveriesObserved, ObservedDelivery } from '../../domain/audio/delivery-batch.js';
import type { Projection } from '../projection.js';

/** A part of a track that was sent to a device. */
export type DeliveryEvidence = ObservedDelivery & {
  /** Log position of the event, a decimal string. It is evidence from this position on. */
  readonly position: string;
};

/** One document per delivery of a batch, indexed by listener and time. */
export const deliveries: Projection<DeliveriesObserved, DeliveryEvidence> = {
  name: 'deliveries',
  version: 1,
  kind: 'money',
  handles: ['DeliveriesObserved'],
  fields: { listenerId: 'text', at: 'integer' },
  indexes: [['listenerId', 'at']],
  keysOf: ({ streamId, data }) => data.deliveries.map((_delivery, n) => `${streamId} ${n}`),
  apply: (_document, { data, position }, key) => {
    const delivery = data.deliveries[Number(key.slice(key.lastIndexOf(' ') + 1))];
    return delivery ? { put: { ...delivery, position: position.toString() } } : 'keep';
  },
};
