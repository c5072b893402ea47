import { describe, expect, test } from '@jest/globals';
import { PlayTable } from '../../src/application/settlement/play-table.js';
import type { PlayStopped } from '../../src/domain/playback/events.js';
import { OCTOBER, playStopped } from '../support/plays.js';

/** More than two of the table's blocks. */
const PLAYS = 10_000;

const stops = Array.from({ length: PLAYS }, (_, n) => {
  const listenerId = ['ada', 'ada-b', 'Zoe', 'b'][n % 4]!;
  const { data } = playStopped(`${n % 7 === 0 ? 'of-another-length-' : ''}${n}`, n, {
    listenerId,
    trackId: `track-${n % 13}`,
    deviceId: n % 3 === 0 ? 'phone' : `radio-of-${listenerId}`,
    durationMs: n % 5 === 0 ? null : 200_000 + n,
    startedAt: OCTOBER + n,
    mode: n % 11 === 0 ? 'import' : 'online',
    source: n % 2 === 0 ? 'search' : 'unknown',
  });
  return { playId: `${n % 7 === 0 ? 'of-another-length-' : ''}${n}`, data };
});

const periodOf = ({ startedAt }: PlayStopped['data']) => (startedAt % 2 === 0 ? 'one' : 'other');

describe('the table of plays', () => {
  test('gives back what was put in, listener by listener in order of id, each in the order of the log', () => {
    const table = new PlayTable(() => false);
    for (const [n, { playId, data }] of stops.entries())
      table.add({ playId, position: n + 1, period: periodOf(data) }, data);
    const found = [...table.byListener(BigInt(PLAYS))];
    expect(found.map(([listenerId]) => listenerId)).toEqual(['Zoe', 'ada', 'ada-b', 'b']);
    for (const [listenerId, plays] of found)
      expect(plays).toEqual(
        stops
          .filter(({ data }) => data.listenerId === listenerId)
          .map(({ playId, data }) => ({
            playId,
            listenerId,
            trackId: data.trackId,
            deviceId: data.deviceId,
            source: data.source,
            period: periodOf(data),
            startedAt: data.startedAt,
            endedAt: data.at,
            receivedAt: data.mode === 'import' ? null : data.receivedAt,
            durationMs: data.durationMs,
            playedMs: data.playedMs,
            uniqueMs: data.uniqueMs,
            wallMs: data.wallMs,
          })),
      );
  });

  test('leaves out what lies behind a position, and listeners who have nothing before it', () => {
    const table = new PlayTable(() => false);
    for (const [n, { playId, data }] of stops.entries())
      table.add({ playId, position: n + 1, period: periodOf(data) }, data);
    const found = [...table.byListener(3n)].map(([listenerId, plays]) => [listenerId, plays.length]);
    expect(found).toEqual([
      ['Zoe', 1],
      ['ada', 1],
      ['ada-b', 1],
    ]);
  });

  test('of no plays has no listeners', () => {
    expect([...new PlayTable(() => false).byListener(1n)]).toEqual([]);
  });
});
