import { describe, test } from '@jest/globals';
import {
  DELIVERIES_MAX,
  deliveryBatch,
  type ObservedDelivery,
  type RecordDeliveries,
} from '../../../src/domain/audio/delivery-batch.js';
import { specOf } from '../../support/specs/decider-spec.js';

const given = specOf(deliveryBatch);

const at = 1_767_225_600_000;
const delivery: ObservedDelivery = {
  listenerId: 'ada',
  deviceId: 'phone',
  trackId: 'track-1',
  fromMs: 0,
  toMs: 10_000,
  at,
};
const record = (deliveries: readonly ObservedDelivery[], when = at): RecordDeliveries => ({
  type: 'RecordDeliveries',
  data: { deliveries, at: when },
});
const observed = { type: 'DeliveriesObserved', data: { deliveries: [delivery], at } } as const;

describe('a batch of deliveries', () => {
  test('is recorded as logged', () =>
    given()
      .when(record([delivery]))
      .then(observed));
  test('is recorded once, even if it is sent again later', () =>
    given(observed)
      .when(record([delivery], at + 1))
      .thenNothing());
  test.each([
    { listenerId: 'bob' },
    { deviceId: 'tablet' },
    { trackId: 'track-2' },
    { fromMs: 1 },
    { toMs: 10_001 },
    { at: at + 1 },
  ])('cannot be changed: %j', (over) =>
    given(observed)
      .when(record([{ ...delivery, ...over }]))
      .thenRejected('BatchExists'),
  );
  test('does not grow', () =>
    given(observed)
      .when(record([delivery, delivery]))
      .thenRejected('BatchExists'));
  test.each([{ fromMs: -1 }, { toMs: 0 }, { fromMs: 10_000 }, { toMs: 86_400_001 }])(
    'has no stretch that is none: %j',
    (over) =>
      given()
        .when(record([{ ...delivery, ...over }]))
        .thenRejected('BadDeliveries'),
  );
  test('is not empty', () => given().when(record([])).thenRejected('BadDeliveries'));
  test('has a bounded size', () =>
    given()
      .when(record(Array.from({ length: DELIVERIES_MAX + 1 }, () => delivery)))
      .thenRejected('BadDeliveries'));
});
