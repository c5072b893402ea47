import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { PlayTable } from '../../../../src/application/royalty/replay/play-table.js';
import type { PlayStopped } from '../../../../src/domain/playback/events.js';
import { PLAY_SOURCES } from '../../../../src/domain/shared/listening/play-source.js';
import { OCTOBER, playStopped } from '../../../support/playback/plays.js';
import { DAY_MS } from '../../../../src/domain/shared/civil-date.js';

/** More than two blocks of the table. */
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
  test('returns all plays by listener in order of id, those of each in log order', () => {
    const table = new PlayTable(false);
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

  test('looks up the number of a track until there is one, and then keeps it', () => {
    const table = new PlayTable(false);
    for (const [n, { playId, data }] of stops.entries())
      table.add({ playId, position: n + 1, period: periodOf(data) }, data);
    const numbers = new Map<string, number>();
    const lookedUp: string[] = [];
    const find = (trackId: string) => {
      const number = numbers.get(trackId);
      if (number !== undefined) lookedUp.push(trackId);
      return number;
    };
    for (const [, plays] of table.byListener(BigInt(PLAYS), find)) {
      for (const { trackId, track } of plays) expect(track).toBe(numbers.get(trackId));
      // Numbers from 0, different from the table's own.
      for (const { trackId } of plays.toReversed())
        if (!numbers.has(trackId)) numbers.set(trackId, numbers.size);
    }
    expect(numbers.size).toBe(13);
    expect(lookedUp.toSorted()).toEqual([...numbers.keys()].sort());
  });

  test('omits plays after a position, and listeners without plays up to it', () => {
    const table = new PlayTable(false);
    for (const [n, { playId, data }] of stops.entries())
      table.add({ playId, position: n + 1, period: periodOf(data) }, data);
    const found = [...table.byListener(3n)].map(([listenerId, plays]) => [listenerId, plays.length]);
    expect(found).toEqual([
      ['Zoe', 1],
      ['ada', 1],
      ['ada-b', 1],
    ]);
  });

  test('keeps unusual values exactly', () => {
    const uuid = (n: number) => `0000000${n % 10}-0000-7000-8000-00000000000${n % 10}`;
    const WIDE = 2 ** 32;
    const odd: readonly (Partial<PlayStopped['data']> & { readonly playId?: string })[] = [
      {},
      { playId: 'no-uuid' },
      { playId: uuid(2).replaceAll('-', '') },
      { playId: uuid(3).toUpperCase().replace('7', 'A') },
      { startedAt: 0, at: 1 },
      { startedAt: OCTOBER + WIDE },
      { startedAt: -5, at: -10 },
      { at: OCTOBER - 1 },
      { at: OCTOBER + 2 * WIDE },
      { receivedAt: OCTOBER - 1 },
      { receivedAt: OCTOBER + WIDE - 1 },
      { receivedAt: OCTOBER + WIDE - 2 },
      { mode: 'import', receivedAt: OCTOBER + 2 * WIDE },
      { mode: 'offline', receivedAt: OCTOBER + 90 * DAY_MS },
      { durationMs: null },
      { durationMs: 0 },
      { durationMs: WIDE - 1 },
      { durationMs: WIDE - 2 },
      { durationMs: WIDE, playedMs: WIDE + 1, uniqueMs: WIDE + 2, wallMs: Number.MAX_SAFE_INTEGER },
      { playedMs: WIDE - 1 },
      { uniqueMs: WIDE },
      { wallMs: WIDE, durationMs: null, mode: 'import' },
      { wallMs: -1 },
      ...PLAY_SOURCES.map((source) => ({ source })),
    ];
    const table = new PlayTable(false);
    const plays = odd.map(({ playId, ...facts }, n) => {
      const id = playId ?? uuid(n);
      const { data } = playStopped(id, n, { listenerId: 'ada', startedAt: OCTOBER, ...facts });
      const play = { ...data, ...facts };
      // Some servers count log positions in bytes.
      table.add({ playId: id, position: n * WIDE + 7, period: n % 2 === 0 ? 'one' : 'other' }, play);
      return { play, id };
    });
    const expected = plays.map(({ play, id }, n) => ({
      playId: id,
      listenerId: 'ada',
      trackId: play.trackId,
      deviceId: play.deviceId,
      source: play.source,
      period: n % 2 === 0 ? 'one' : 'other',
      startedAt: play.startedAt,
      endedAt: play.at,
      receivedAt: play.mode === 'import' ? null : play.receivedAt,
      durationMs: play.durationMs,
      playedMs: play.playedMs,
      uniqueMs: play.uniqueMs,
      wallMs: play.wallMs,
    }));
    for (let count = 1; count <= plays.length; count++) {
      const fence = BigInt((count - 1) * WIDE + 7);
      expect([...table.byListener(fence)]).toEqual([['ada', expected.slice(0, count)]]);
      expect([...table.byListener(fence - 1n)].flatMap(([, found]) => found)).toEqual(
        expected.slice(0, count - 1),
      );
    }
  });

  test('keeps the plays of many listeners apart, in any interleaving', () => {
    const choices = fc.array(fc.tuple(fc.nat(12), fc.nat(3)), { maxLength: 200 });
    fc.assert(
      fc.property(choices, fc.nat(200), (chosen, fence) => {
        const table = new PlayTable(false);
        const byListener = new Map<string, [string, string][]>();
        for (const [n, [listener, device]] of chosen.entries()) {
          const listenerId = `listener-${String(listener).padStart(2, '0')}`;
          const { data } = playStopped(`${n}`, n, { listenerId, deviceId: `device-${device}` });
          table.add({ playId: `${n}`, position: n, period: 'one' }, data);
          if (n > fence) continue;
          const earlier = byListener.get(listenerId) ?? [];
          byListener.set(listenerId, [...earlier, [`${n}`, data.deviceId]]);
        }
        const found = Array.from(table.byListener(BigInt(fence)), ([listenerId, plays]) => [
          listenerId,
          plays.map(({ playId, deviceId }) => [playId, deviceId]),
        ]);
        expect(found).toEqual([...byListener].sort(([a], [b]) => (a < b ? -1 : 1)));
      }),
    );
  });

  test('has no listeners without plays', () => {
    expect([...new PlayTable(false).byListener(1n)]).toEqual([]);
  });
});
