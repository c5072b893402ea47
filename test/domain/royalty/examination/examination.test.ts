import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { type Finding, openExamination } from '../../../../src/domain/royalty/examination/examination.js';
import { openSignals, SIGNALS_MAX } from '../../../../src/domain/royalty/examination/examination-signals.js';
import type { Ruleset } from '../../../../src/domain/royalty/rulesets/ruleset.js';
import { type ShareTimeline, UNCLAIMED } from '../../../../src/domain/royalty/counting/share-timeline.js';
import type { PeriodPlay } from '../../../../src/domain/royalty/counting/usage-rules.js';
import { windowOf } from '../../../../src/domain/royalty/counting/window.js';
import { OCTOBER } from '../../../support/playback/plays.js';
import { aPlay, LENIENT, PERIOD, PERIOD_ID, shares } from '../../../support/royalty/month.js';
import { DAY_MS } from '../../../../src/domain/shared/civil-date.js';

const HOUR_MS = 3_600_000;

const OFF: Ruleset['integrity'] = {
  wallClock: null,
  repeats: null,
  travel: null,
  shortStops: null,
  clusters: null,
  concentration: null,
  speed: null,
};
const scopeWith = (integrity: Partial<Ruleset['integrity']>) => ({
  ruleset: { ...LENIENT, integrity: { ...OFF, ...integrity } },
  periodId: PERIOD_ID,
  window: windowOf(PERIOD.month),
});

const findings = (
  integrity: Partial<Ruleset['integrity']>,
  plays: readonly PeriodPlay[],
): readonly Finding[] => {
  const examination = openExamination(scopeWith(integrity));
  for (const [listener, own] of Map.groupBy(plays, ({ listenerId }) => listenerId))
    examination.add(listener, own);
  return examination.findings();
};

const heard = (ms: number, over: Partial<PeriodPlay> = {}) =>
  aPlay({
    playedMs: ms,
    uniqueMs: ms,
    wallMs: ms,
    durationMs: ms,
    ...over,
    endedAt: (over.startedAt ?? 0) + ms,
  });

const times = <T>(count: number, of: (n: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, n) => of(n));

describe('an account that moves between territories (F6)', () => {
  const travel = {
    kmPerHourMax: 1_000,
    distances: [{ between: ['US', 'DE'] as const, km: 6_000 }],
  };
  const there = (startedAt: number, period = 'premium.US.2026-10') => heard(60_000, { startedAt, period });
  const here = heard(60_000, { startedAt: OCTOBER });
  const sixHours = here.endedAt + 6 * HOUR_MS;

  test('faster than travel allows is found, with the journey', () => {
    const far = there(sixHours - 1);
    expect(findings({ travel }, [far, here])).toEqual([
      {
        rule: 'F6',
        subject: { kind: 'listener', id: 'ada' },
        evidence: {
          kmPerHourMax: 1_000,
          total: 1,
          journeys: [
            {
              from: 'DE',
              to: 'US',
              km: 6_000,
              betweenMs: 6 * HOUR_MS - 1,
              fromPlay: here.playId,
              toPlay: far.playId,
            },
          ],
        },
      },
    ]);
  });
  test('exactly as fast as travel allows is not found', () =>
    expect(findings({ travel }, [here, there(sixHours)])).toEqual([]));
  test('and back makes two journeys', () =>
    expect(
      findings({ travel }, [
        here,
        there(here.endedAt),
        heard(60_000, { startedAt: here.endedAt + 60_000 }),
      ])[0]?.evidence,
    ).toMatchObject({ total: 2 }));
  test('between territories without a distance in the table is not found', () =>
    expect(findings({ travel }, [here, there(here.endedAt, 'premium.FR.2026-10')])).toEqual([]));
  test('is not found under a ruleset without a table', () =>
    expect(findings({ travel: { kmPerHourMax: 1_000 } }, [here, there(here.endedAt)])).toEqual([]));
});

describe('an account that listens longer than the limit of a day (F2)', () => {
  const wallClock = { perDeviceMs: DAY_MS, perAccountMs: 20 * HOUR_MS };
  const hours = (count: number, over: Partial<PeriodPlay> = {}) =>
    times(count, (n) =>
      heard(HOUR_MS, { startedAt: OCTOBER + DAY_MS + n * 60_000, deviceId: `d${n}`, ...over }),
    );

  test('is found, with the day above the limit', () =>
    expect(findings({ wallClock }, hours(21))).toEqual([
      {
        rule: 'F2',
        subject: { kind: 'listener', id: 'ada' },
        evidence: {
          perAccountMs: 20 * HOUR_MS,
          days: [{ day: 2, heardMs: 21 * HOUR_MS, plays: 21, beyond: 1 }],
        },
      },
    ]));
  test('is not found at exactly the limit', () => expect(findings({ wallClock }, hours(20))).toEqual([]));
  test('is found by its plays under other offerings too', () => {
    const elsewhere = hours(20, { period: 'basic.DE.2026-10' });
    expect(findings({ wallClock }, [...hours(1), ...elsewhere])).toHaveLength(1);
    expect(findings({ wallClock }, elsewhere)).toEqual([]);
  });
});

describe('a track whose plays stop just after the threshold (F7)', () => {
  const shortStops = { bandMs: [30_000, 35_000] as const, shareAtLeastPpm: 900_000, minPlays: 10 };
  const plays = (short: number, long: number) => [
    ...times(short, () => aPlay({ playedMs: 31_000, uniqueMs: 31_000, wallMs: 31_000 })),
    ...times(long, () => aPlay()),
  ];

  test('is found', () =>
    expect(findings({ shortStops }, plays(9, 1))).toMatchObject([
      { rule: 'F7', subject: { kind: 'track', id: 'track-1' }, evidence: { inBand: 9, plays: 10 } },
    ]));
  test.each([
    ['too few stop there', plays(8, 2)],
    ['the plays are too few', plays(9, 0)],
  ])('is not found when %s', (_why, some) => expect(findings({ shortStops }, some)).toEqual([]));
  test('is not found by plays that do not count', () => {
    const skipped = times(1, () => aPlay({ playedMs: 1, uniqueMs: 1, wallMs: 1 }));
    expect(findings({ shortStops }, [...plays(9, 0), ...skipped])).toEqual([]);
  });
});

describe('a device with more accounts per day than a household has (F8)', () => {
  const clusters = { accountsMax: 2 };
  const on = (day: number, ...listeners: readonly string[]) =>
    listeners.flatMap((listenerId) =>
      times(2, (n) => aPlay({ listenerId, startedAt: OCTOBER + day * DAY_MS + n * HOUR_MS })),
    );

  test('is found, with its days', () =>
    expect(findings({ clusters }, [...on(0, 'a', 'b'), ...on(30, 'a', 'b', 'c')])).toEqual([
      {
        rule: 'F8',
        subject: { kind: 'device', id: 'phone' },
        evidence: { policy: { accountsMax: 2 }, days: [{ day: 31, accounts: 3 }] },
      },
    ]));
  test('is not found when its accounts play on different days', () =>
    expect(findings({ clusters }, [...on(0, 'a', 'b'), ...on(1, 'b', 'c')])).toEqual([]));
});

describe('a track played mostly by few accounts (F9)', () => {
  const concentration = { topAccountsPpm: 100_000, shareAtLeastPpm: 500_000, growthAtLeast: 10 };
  const fans = (count: number) =>
    times(count, (n) => aPlay({ listenerId: `fan-${n}`, startedAt: OCTOBER + n * 60_000 }));
  const bot = (plays: number, from = OCTOBER) =>
    times(plays, (n) => aPlay({ listenerId: 'bot', startedAt: from + n * 120_000 }));

  test('is found, with the share of its most active accounts', () =>
    expect(findings({ concentration }, [...fans(9), ...bot(9)])).toMatchObject([
      {
        rule: 'F9',
        subject: { kind: 'track', id: 'track-1' },
        evidence: { concentrated: true, accounts: 10, topAccounts: 1, topCreditPpm: 9_000_000, surges: [] },
      },
    ]));
  test('is found when its plays multiply from one week to the next', () =>
    expect(
      findings({ concentration }, [
        ...fans(20),
        ...bot(1),
        ...fans(20),
        ...times(420, (n) => aPlay({ listenerId: `new-${n}`, startedAt: OCTOBER + 8 * DAY_MS })),
      ]),
    ).toMatchObject([
      {
        rule: 'F9',
        evidence: { concentrated: false, surges: [2], weeks: [41_000_000, 420_000_000, 0, 0, 0] },
      },
    ]));
  test('is not found when others play it as much', () =>
    expect(findings({ concentration }, [...fans(9), ...bot(8)])).toEqual([]));
  test('is not found when its accounts are too few for a finding', () =>
    expect(findings({ concentration }, [...fans(8), ...bot(50)])).toEqual([]));
});

test('the same plays give the same findings in any order of listeners and plays', () => {
  const { wallClock, shortStops, clusters, concentration } = LENIENT.integrity;
  const tight = {
    wallClock: wallClock ?? { perDeviceMs: DAY_MS, perAccountMs: 60_000 },
    shortStops: shortStops && { ...shortStops, minPlays: 2, shareAtLeastPpm: 1 },
    clusters: clusters && { accountsMax: 1 },
    concentration: concentration && { ...concentration, topAccountsPpm: 500_000 },
  };
  const plays = times(24, (n) =>
    heard(n % 3 === 0 ? 31_000 : 90_000, {
      listenerId: `l${n % 4}`,
      trackId: `t${n % 3}`,
      startedAt: OCTOBER + n * HOUR_MS,
    }),
  );
  const expected = findings(tight, plays);
  expect(new Set(expected.map(({ rule }) => rule))).toEqual(new Set(['F2', 'F7', 'F8', 'F9']));
  fc.assert(
    fc.property(fc.shuffledSubarray([...plays], { minLength: plays.length }), (shuffled) => {
      expect(findings(tight, shuffled)).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

describe('signals', () => {
  const signalsOf = (
    plays: readonly PeriodPlay[],
    timelines: Readonly<Record<string, ShareTimeline>> = {},
  ) => {
    const scope = scopeWith({ repeats: { playsPerDayMax: 2 }, speed: { speedMaxPpm: 1_050_000 } });
    const fold = openSignals(scope, (trackId) => timelines[trackId] ?? UNCLAIMED);
    for (const [listener, own] of Map.groupBy(plays, ({ listenerId }) => listenerId)) fold.add(listener, own);
    return fold.signals();
  };

  test('include repeats of a track within a day (F4)', () =>
    expect(signalsOf(times(3, (n) => aPlay({ startedAt: OCTOBER + n * HOUR_MS }))).signals).toEqual([
      { rule: 'F4', listenerId: 'ada', trackId: 'track-1', plays: 3 },
    ]));
  test('include plays faster than the clock (F11)', () =>
    expect(signalsOf([aPlay({ wallMs: 40_000 })]).signals).toMatchObject([{ rule: 'F11', plays: 1 }]));
  test('include plays without sound', () =>
    expect(signalsOf([aPlay({ muted: true }), aPlay()]).signals).toEqual([
      { rule: 'MUTED', listenerId: 'ada', trackId: 'track-1', plays: 1 },
    ]));
  test('include plays by an account that is paid for the track, from the start of its share (F12)', () => {
    const timeline: ShareTimeline = [
      shares({ label: 1_000_000 }),
      shares({ ada: 1_000_000 }, OCTOBER + DAY_MS),
    ];
    const plays = [aPlay({ startedAt: OCTOBER }), aPlay({ startedAt: OCTOBER + DAY_MS })];
    expect(signalsOf(plays, { 'track-1': timeline }).signals).toEqual([
      { rule: 'F12', listenerId: 'ada', trackId: 'track-1', plays: 1 },
    ]);
  });
  test('count hours and first digits (F10)', () => {
    const { hours, leadingDigits } = signalsOf(
      times(12, (n) => aPlay({ listenerId: `l${n}`, startedAt: OCTOBER + 5 * HOUR_MS })),
    );
    expect(hours[5]).toBe(12);
    expect(leadingDigits).toEqual([0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  });
  test('list the strongest and the total number', () => {
    const plays = times(SIGNALS_MAX + 1, (n) => aPlay({ listenerId: `l${n}`, wallMs: 40_000 }));
    const { signals, total } = signalsOf(plays);
    expect([signals.length, total]).toEqual([SIGNALS_MAX, SIGNALS_MAX + 1]);
  });
});
