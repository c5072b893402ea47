import { type Command, type Decider, type Event, type Rejection, reject } from '../decider.js';
import { MEDIA_MS_MAX } from '../shared/listening/segments.js';

/** Media [fromMs, toMs) of a track that was sent to a device: streamed, prefetched or downloaded. */
export type ObservedDelivery = {
  readonly listenerId: string;
  readonly deviceId: string;
  readonly trackId: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** When it was sent, by the sending server's clock: UTC, epoch milliseconds. */
  readonly at: number;
};

/** Most deliveries of one batch. */
export const DELIVERIES_MAX = 500;

/** Deliveries from the log of an audio server: evidence that a device could play what it reports (R20). */
export type DeliveriesObserved = Event<
  'DeliveriesObserved',
  { deliveries: readonly ObservedDelivery[]; at: number }
>;

export type RecordDeliveries = Command<'RecordDeliveries', DeliveriesObserved['data']>;

export type DeliveryRejection = Rejection<'BatchExists' | 'BadDeliveries'>;

export type DeliveryBatchState =
  | { readonly status: 'unknown' }
  | { readonly status: 'recorded'; readonly deliveries: readonly ObservedDelivery[] };

const decide = (
  { data }: RecordDeliveries,
  state: DeliveryBatchState,
): readonly DeliveriesObserved[] | DeliveryRejection => {
  const { deliveries } = data;
  if (deliveries.length < 1 || deliveries.length > DELIVERIES_MAX || !deliveries.every(isPossible))
    return BAD_DELIVERIES;
  if (state.status === 'unknown') return [{ type: 'DeliveriesObserved', data }];
  const isSame =
    state.deliveries.length === deliveries.length &&
    state.deliveries.every((one, i) => isSameDelivery(one, deliveries[i]));
  return isSame ? [] : reject('BatchExists', 'A batch with this id exists and has other deliveries.');
};

const BAD_DELIVERIES = reject(
  'BadDeliveries',
  `A batch has 1 to ${DELIVERIES_MAX} deliveries, each with 0 <= fromMs < toMs <= ${MEDIA_MS_MAX}.`,
);

const isPossible = ({ fromMs, toMs }: ObservedDelivery): boolean =>
  fromMs >= 0 && fromMs < toMs && toMs <= MEDIA_MS_MAX;

const isSameDelivery = (a: ObservedDelivery, b: ObservedDelivery | undefined): boolean =>
  a.listenerId === b?.listenerId &&
  a.deviceId === b.deviceId &&
  a.trackId === b.trackId &&
  a.fromMs === b.fromMs &&
  a.toMs === b.toMs &&
  a.at === b.at;

/** A batch of deliveries, uploaded from a server's log. */
export const deliveryBatch: Decider<
  RecordDeliveries,
  DeliveriesObserved,
  DeliveryBatchState,
  DeliveryRejection
> = {
  category: 'delivery',
  initial: { status: 'unknown' },
  decide,
  evolve: (_state, { data: { deliveries } }) => ({ status: 'recorded', deliveries }),
  streamUse: { begunBy: ['RecordDeliveries'] },
};
