import { describe, expect, test } from '@jest/globals';
import { listeningHistory } from '../../src/projections/listening-history.js';
import { OCTOBER, playStarted, playStopped } from '../support/plays.js';
import { documentsOf } from '../support/projection-spec.js';

describe('the listening history', () => {
  test('holds a play when it is over, not before', async () => {
    expect(await documentsOf(listeningHistory, [playStarted('p1')])).toEqual({});
    expect(await documentsOf(listeningHistory, [playStarted('p1'), playStopped('p1', 5_000)])).toEqual({
      p1: {
        playId: 'p1',
        listenerId: 'ada',
        trackId: 'track-1',
        startedAt: OCTOBER,
        endedAt: OCTOBER + 5_000,
        playedMs: 5_000,
        uniqueMs: 5_000,
        deviceId: 'phone',
        mode: 'online',
        reason: 'stopped',
      },
    });
  });
  test('holds imported plays as well', async () => {
    const documents = await documentsOf(listeningHistory, [playStopped('p1', 0, { mode: 'import' })]);
    expect(documents).toMatchObject({ p1: { mode: 'import', reason: 'import', playedMs: 0 } });
  });
});
