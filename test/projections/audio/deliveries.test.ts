import { describe, expect, test } from '@jest/globals';
import { deliveries } from '../../../src/projections/audio/deliveries.js';
import { delivered } from '../../support/playback/plays.js';
import { documentsOf } from '../../support/specs/projection-spec.js';

describe('deliveries', () => {
  test('have one document each, with their log position', async () => {
    const batch = delivered('b1', { toMs: 10_000 }, { fromMs: 10_000, toMs: 20_000, deviceId: 'tablet' });
    const documents = await documentsOf(deliveries, [batch]);
    expect(Object.keys(documents)).toEqual(['b1 0', 'b1 1']);
    expect(documents).toMatchObject({
      'b1 0': { listenerId: 'ada', deviceId: 'phone', fromMs: 0, toMs: 10_000, position: '1' },
      'b1 1': { listenerId: 'ada', deviceId: 'tablet', fromMs: 10_000, toMs: 20_000, position: '1' },
    });
  });
  test('are the same when folded twice and in any batches', async () => {
    const facts = [delivered('b1', {}, {}), delivered('b2', { toMs: 1 })];
    expect(await documentsOf(deliveries, facts, { cuts: [1], times: 2 })).toEqual(
      await documentsOf(deliveries, facts),
    );
  });
});
