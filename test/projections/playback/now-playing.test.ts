import { describe, expect, test } from '@jest/globals';
import { nowPlaying } from '../../../src/projections/playback/now-playing.js';
import { OCTOBER, playStarted, playStopped } from '../../support/playback/plays.js';
import { documentsOf, type Placed } from '../../support/specs/projection-spec.js';

const said = (type: string, data: object): Placed => ({
  stream: 'play-p1',
  type,
  data: { ...data, receivedAt: at + 250, clockOffsetMs: 0 },
});
const playing = {
  playId: 'p1',
  listenerId: 'ada',
  trackId: 'track-1',
  durationMs: 200_000,
  deviceId: 'phone',
  status: 'playing',
  positionMs: 0,
  startedAt: OCTOBER,
  lastReportedAt: OCTOBER,
  lastReceivedAt: OCTOBER,
};
const at = OCTOBER + 5_000;

describe('now playing', () => {
  test('shows a play from its start', async () => {
    expect(await documentsOf(nowPlaying, [playStarted('p1')])).toEqual({ p1: playing });
  });
  test.each([
    [said('PlaySeeked', { fromMs: 5_000, toMs: 90_000, at }), { positionMs: 90_000 }],
    [said('PlayPaused', { positionMs: 5_000, at }), { positionMs: 5_000, status: 'paused' }],
    [said('PlayProgressed', { positionMs: 5_000, at }), { positionMs: 5_000 }],
    [said('PlayResumed', { positionMs: 4_000, at }), { positionMs: 4_000, status: 'playing' }],
  ])('follows %j', async (event, changed) => {
    expect(await documentsOf(nowPlaying, [playStarted('p1'), event])).toEqual({
      p1: { ...playing, ...changed, lastReportedAt: at, lastReceivedAt: at + 250 },
    });
  });
  test('shows a resumed play as playing', async () => {
    const documents = await documentsOf(nowPlaying, [
      playStarted('p1'),
      said('PlayPaused', { positionMs: 5_000, at }),
      said('PlayResumed', { positionMs: 5_000, at: at + 1 }),
    ]);
    expect(documents).toEqual({
      p1: { ...playing, positionMs: 5_000, lastReportedAt: at + 1, lastReceivedAt: at + 250 },
    });
  });
  test('drops a play that is over, and no other', async () => {
    const documents = await documentsOf(nowPlaying, [
      playStarted('p1'),
      playStarted('p2'),
      playStopped('p2', 5_000),
    ]);
    expect(documents).toEqual({ p1: playing });
  });
  test('never shows an imported play', async () => {
    expect(await documentsOf(nowPlaying, [playStarted('p1', { mode: 'import' })])).toEqual({});
  });
});
