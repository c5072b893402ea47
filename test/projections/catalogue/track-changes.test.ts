import { describe, expect, test } from '@jest/globals';
import { RECENT_MAX, trackChanges } from '../../../src/projections/catalogue/track-changes.js';
import { documentsOf, type Placed } from '../../support/specs/projection-spec.js';
import { OCTOBER } from '../../support/playback/plays.js';
import { DAY_MS } from '../../../src/domain/shared/civil-date.js';

const SEPTEMBER_30 = OCTOBER - DAY_MS;

const claim = (trackId: string, validFrom: number, at: number, territory = '*'): Placed => ({
  stream: `rights-${trackId}`,
  type: 'SharesClaimed',
  data: { right: 'recording', territory, claimant: 'ann', sharePpm: 1, validFrom, claimId: `${at}`, at },
});
const corrected = (trackId: string, at: number): Placed => ({
  stream: `track-${trackId}`,
  type: 'TrackCorrected',
  data: { durationMs: 1, at },
});
const change = (trackId: string, position: number, at: number) => ({ trackId, position, at });

describe('changes of tracks', () => {
  test('are kept by kind, month and scope, in log order', async () => {
    const facts = [
      claim('t1', SEPTEMBER_30, OCTOBER),
      claim('t2', SEPTEMBER_30 - DAY_MS, OCTOBER + 1),
      claim('t2', SEPTEMBER_30, OCTOBER + 2, 'DE'),
      corrected('t1', OCTOBER + 3),
      { stream: 'track-t3', type: 'TrackClassified', data: { kind: 'noise', at: OCTOBER + 4 } },
    ];
    expect(await documentsOf(trackChanges, facts)).toEqual({
      'rights|2026-09|recording *': {
        kind: 'rights',
        month: '2026-09',
        scope: 'recording *',
        lastPosition: 2,
        recent: [change('t1', 1, OCTOBER), change('t2', 2, OCTOBER + 1)],
        forgotten: null,
      },
      'rights|2026-09|recording DE': expect.objectContaining({ recent: [change('t2', 3, OCTOBER + 2)] }),
      'length||': expect.objectContaining({ recent: [change('t1', 4, OCTOBER + 3)], month: '', scope: '' }),
      'kind||': expect.objectContaining({ recent: [change('t3', 5, OCTOBER + 4)] }),
    });
  });
  test('before the end of the month are not kept', async () => {
    const delivery = (at: number) => ({
      listenerId: 'ada',
      deviceId: 'phone',
      trackId: 't1',
      fromMs: 0,
      toMs: 1,
      at,
    });
    const facts = [
      claim('t1', SEPTEMBER_30, OCTOBER - 1),
      claim('t1', OCTOBER + DAY_MS, OCTOBER),
      {
        stream: 'delivery-d1',
        type: 'DeliveriesObserved',
        data: { deliveries: [delivery(SEPTEMBER_30), delivery(OCTOBER)], at: OCTOBER },
      },
    ];
    expect(await documentsOf(trackChanges, facts)).toEqual({
      'delivery|2026-09|': expect.objectContaining({ recent: [change('t1', 3, OCTOBER)] }),
    });
  });
  test('are limited; the latest one beyond the limit is noted', async () => {
    const facts = Array.from({ length: RECENT_MAX + 2 }, (_, n) => corrected(`t${n}`, OCTOBER + n));
    const { 'length||': document } = await documentsOf(trackChanges, facts, { cuts: [2, RECENT_MAX + 1] });
    expect(document).toMatchObject({
      lastPosition: RECENT_MAX + 2,
      forgotten: { position: 2, at: OCTOBER + 1 },
    });
    const { recent } = document as { recent: readonly object[] };
    expect(recent).toHaveLength(RECENT_MAX);
    expect(recent[0]).toEqual(change('t2', 3, OCTOBER + 2));
  });
});
