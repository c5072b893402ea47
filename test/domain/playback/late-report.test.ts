import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { isRejection } from '../../../src/domain/decider.js';
import type {
  PlayEvent,
  PlayReported,
  PlayStarted,
  PlayStopped,
} from '../../../src/domain/playback/events.js';
import { LATE_REPORTS_MAX, type ReportPlay } from '../../../src/domain/playback/late-report.js';
import { play } from '../../../src/domain/playback/play.js';
import { summaryOf } from '../../../src/domain/playback/state.js';
import type { Segment } from '../../../src/domain/shared/listening/segments.js';
import { specOf } from '../../support/specs/decider-spec.js';

const given = specOf(play);

const T0 = 1_767_225_600_000;
/** `s` seconds after the start. */
const t = (s: number) => T0 + s * 1_000;
const HOUR = 3_600;
const DAY = 24 * HOUR;

const facts = {
  listenerId: 'ada',
  trackId: 'track-1',
  durationMs: 200_000,
  territory: 'DE',
  offering: 'premium',
  deviceId: 'phone',
  source: 'search',
  startedAt: T0,
} as const;

const heard = (fromS: number, toS: number): Segment => ({
  fromMs: fromS * 1_000,
  toMs: toS * 1_000,
  wallMs: (toS - fromS) * 1_000,
});
const sums = (s: number) => ({ playedMs: s * 1_000, uniqueMs: s * 1_000, wallMs: s * 1_000 });

/** The segment `[fromS, toS)`, heard without a pause and reported a day later. */
const report = (
  deviceSeq: number,
  [fromS, toS]: readonly [number, number],
  over: Partial<ReportPlay['data']> = {},
): ReportPlay => ({
  type: 'ReportPlay',
  data: {
    ...facts,
    deviceSeq,
    segments: [heard(fromS, toS)],
    endedAt: (over.startedAt ?? T0) + toS * 1_000,
    muted: false,
    contentHash: `${fromS}-${toS}`,
    caseId: 'case-of-the-play',
    receivedAt: t(DAY),
    ...over,
  },
});

const started: PlayStarted = {
  type: 'PlayStarted',
  data: { ...facts, mode: 'online', positionMs: 0, receivedAt: T0, clockOffsetMs: 0 },
};
const progressed: PlayEvent = {
  type: 'PlayProgressed',
  data: { positionMs: 30_000, at: t(30), receivedAt: t(30), clockOffsetMs: 0 },
};
const stopped = (reason: PlayStopped['data']['reason']): PlayStopped => ({
  type: 'PlayStopped',
  data: {
    ...facts,
    mode: 'online',
    reason,
    positionMs: 30_000,
    at: t(30),
    receivedAt: t(30),
    clockOffsetMs: 0,
    muted: false,
    segments: [heard(0, 30)],
    ...sums(30),
  },
});

/** The events of a play with 30 s of live segments after `report`. */
const reported = (
  deviceSeq: number,
  [fromS, toS]: readonly [number, number],
  over: Partial<PlayReported['data']> = {},
): PlayReported => ({
  type: 'PlayReported',
  data: {
    ...facts,
    mode: 'online',
    reportedBy: 'phone',
    deviceSeq,
    segments: [heard(fromS, toS)],
    at: t(toS),
    receivedAt: t(DAY),
    clockOffsetMs: 0,
    muted: false,
    contentHash: `${fromS}-${toS}`,
    before: sums(30),
    after: sums(30 + toS - fromS),
    endedAt: t(toS),
    caseId: null,
    ...over,
  },
});

describe('a report of an unknown play', () => {
  test('starts the play: without live segments, and the report adds all of it', () => {
    const begun: PlayStarted = {
      ...started,
      data: { ...started.data, mode: 'offline', receivedAt: t(DAY) },
    };
    const nothingLive = { positionMs: 0, at: T0, receivedAt: t(DAY), segments: [], ...sums(0) };
    const over = stopped('reported');
    const events = [
      begun,
      { ...over, data: { ...over.data, mode: 'offline', ...nothingLive } },
      reported(1, [0, 40], { mode: 'offline', before: sums(0), after: sums(40) }),
    ] as const;
    given()
      .when(report(1, [0, 40]))
      .then(...events);
  });
  test('is recorded once', () =>
    given()
      .when(report(1, [0, 40]))
      .thenIsIdempotent());
  test('has its times corrected by the clock of the upload (R14)', () => {
    const slow = report(1, [0, 40], { startedAt: t(-HOUR), sentAt: t(DAY - HOUR) });
    const outcome = play.decide(slow, play.initial);
    if (isRejection(outcome)) throw new Error(outcome.detail);
    expect(outcome.map(({ data }) => ('startedAt' in data ? data.startedAt : null))).toEqual([T0, T0, T0]);
    expect(outcome.at(-1)?.data).toMatchObject({ at: t(40), clockOffsetMs: HOUR * 1_000 });
  });
  test('may end before it starts: a ruleset judges that', () =>
    given()
      .when(report(1, [0, 40], { endedAt: t(-1) }))
      .thenIsIdempotent());
  test.each([
    ['goes on for more than two days', { endedAt: t(2 * DAY) + 1 }, 'PlayTooLong'],
    ['has a stretch that runs backward', { segments: [{ fromMs: 2, toMs: 1, wallMs: 1 }] }, 'BadSegments'],
    [
      'has too many stretches',
      { segments: Array.from({ length: 1_001 }, () => heard(0, 1)) },
      'TooManyReports',
    ],
  ] as const)('is refused when it %s', (_what, over, code) =>
    given()
      .when(report(1, [0, 40], over))
      .thenRejected(code),
  );
});

describe('edge case 14: a report of a play that started online', () => {
  test('stops the live play at its last report, and adds later segments', () =>
    given(started, progressed)
      .when(report(1, [30, 90]))
      .then(stopped('reported'), reported(1, [30, 90])));
  test.each(['silence', 'stopped', 'ended'] as const)('adds to one that is over by %s', (reason) =>
    given(started, progressed, stopped(reason))
      .when(report(1, [30, 90]))
      .then(reported(1, [30, 90])),
  );
  test('may come from another device, in another order', () =>
    given(started, progressed, stopped('silence'), reported(2, [90, 100]))
      .when(report(1, [25, 90], { deviceId: 'tablet' }))
      .then(
        reported(1, [25, 90], {
          reportedBy: 'tablet',
          before: sums(40),
          after: { playedMs: 105_000, uniqueMs: 100_000, wallMs: 105_000 },
          endedAt: t(100),
        }),
      ));
  test('repeats the start as first reported, although the clock was wrong and has been set since', () => {
    const wrong: PlayStarted = { ...started, data: { ...started.data, clockOffsetMs: HOUR * 1_000 } };
    given(wrong, progressed, stopped('silence'))
      .when(report(1, [30, 90], { startedAt: t(-HOUR), endedAt: t(90 - HOUR), sentAt: t(DAY) }))
      .then(reported(1, [30, 90], { clockOffsetMs: HOUR * 1_000 }));
  });
  test('may have the start to within two minutes', () =>
    given(started, progressed, stopped('silence'))
      .when(report(1, [30, 90], { startedAt: t(120), endedAt: t(210) }))
      .then(reported(1, [30, 90], { clockOffsetMs: -120_000 })));

  test.each([
    ['trackId', { trackId: 'track-2' }],
    ['territory', { territory: 'FR' }],
    ['offering', { offering: 'free' }],
    ['source', { source: 'unknown' }],
    ['startedAt', { startedAt: T0 + 120_001 }],
  ] as const)('is refused when it names another %s', (_what, over) => {
    given(started, progressed)
      .when(report(1, [30, 90], over))
      .thenRejected('ReportOfAnotherPlay');
    given(started, progressed, stopped('silence'))
      .when(report(1, [30, 90], over))
      .thenRejected('ReportOfAnotherPlay');
  });
  test('of another listener is refused as if the play did not exist', () =>
    given(started, progressed)
      .when(report(1, [30, 90], { listenerId: 'bob' }))
      .thenRejected('PlayNotFound'));
  test('is refused for an imported play', () =>
    given({ ...started, data: { ...started.data, mode: 'import' } })
      .when(report(1, [30, 90]))
      .thenRejected('ReportOfAnotherPlay'));
  test('is refused when the play has the maximum', () => {
    const many = Array.from({ length: LATE_REPORTS_MAX }, (_, n) => reported(n, [30, 31]));
    given(started, progressed, stopped('silence'), ...many)
      .when(report(LATE_REPORTS_MAX, [31, 32]))
      .thenRejected('TooManyReports');
    given(started, progressed, stopped('silence'), ...many)
      .when(report(3, [30, 31]))
      .thenNothing();
  });
});

describe('a live report of a play with numbered reports', () => {
  const past = [started, progressed, stopped('reported'), reported(1, [30, 90])] as const;
  test('is refused when it adds to the play', () =>
    given(...past)
      .when({
        type: 'StopPlay',
        data: {
          listenerId: 'ada',
          positionMs: 90_001,
          at: t(91),
          receivedAt: t(91),
          reason: 'stopped',
          muted: false,
        },
      })
      .thenRejected('PlayNotLive'));
  test('changes nothing when it adds nothing', () =>
    given(...past)
      .when({
        type: 'StopPlay',
        data: {
          listenerId: 'ada',
          positionMs: 90_000,
          at: t(91),
          receivedAt: t(91),
          reason: 'stopped',
          muted: false,
        },
      })
      .thenNothing());
});

describe('reports under one number', () => {
  const past = [started, progressed, stopped('silence'), reported(1, [30, 90])] as const;
  test('edge case 15: are one when their content is equal', () =>
    given(...past)
      .when(report(1, [30, 90], { receivedAt: t(2 * DAY) }))
      .thenNothing());
  test('edge case 16: are both kept when it differs; the shorter counts and a case holds the play', () =>
    given(...past)
      .when(report(1, [30, 60]))
      .then(
        reported(1, [30, 60], {
          before: sums(90),
          after: sums(60),
          endedAt: t(60),
          caseId: 'case-of-the-play',
        }),
      ));
  test('edge case 16: only hold the play when the longer one comes later', () =>
    given(...past)
      .when(report(1, [30, 100]))
      .then(
        reported(1, [30, 100], {
          before: sums(90),
          after: sums(90),
          endedAt: t(90),
          caseId: 'case-of-the-play',
        }),
      ));
  test('are of equal length when they differ beyond the end of the track only: the hash decides', () => {
    const [long, longer] = [
      report(1, [100, 300], { contentHash: 'a' }),
      report(1, [100, 400], { contentHash: 'b' }),
    ];
    for (const order of [
      [long, longer],
      [longer, long],
    ])
      expect(known(carriedOut(order)).endedAt).toBe(t(300));
  });
});

const carriedOut = (commands: readonly ReportPlay[]): readonly PlayEvent[] => {
  const log: PlayEvent[] = [];
  for (const command of commands) {
    const outcome = play.decide(command, log.reduce(play.evolve, play.initial));
    if (isRejection(outcome)) throw new Error(outcome.detail);
    log.push(...outcome);
  }
  return log;
};
const known = (log: readonly PlayEvent[]) => {
  const state = log.reduce(play.evolve, play.initial);
  if (state.status !== 'over') throw new Error(state.status);
  return summaryOf(state);
};

describe('I3, I4: whatever the order and the number of deliveries', () => {
  const seconds = fc.nat(220);
  const reports = fc.array(
    fc.record({ seq: fc.nat(3), device: fc.constantFrom('phone', 'tablet'), from: seconds, to: seconds }),
    { minLength: 1, maxLength: 8 },
  );
  const arrivals = reports.chain((said) => {
    const commands = said.map(({ seq, device, from, to }) =>
      report(seq, [Math.min(from, to), Math.max(from, to)], { deviceId: device }),
    );
    return fc.record({
      inOrder: fc.constant(commands),
      shuffled: fc.shuffledSubarray([...commands, ...commands], { minLength: 2 * commands.length }),
    });
  });

  test('the totals of a play are the same, its events add up to them, and so is the hold', () =>
    fc.assert(
      fc.property(arrivals, ({ inOrder, shuffled }) => {
        const [one, other] = [carriedOut(inOrder), carriedOut(shuffled)];
        expect(known(other)).toEqual(known(one));
        const isHeld = (log: readonly PlayEvent[]) =>
          log.some(({ type, data }) => type === 'PlayReported' && data.caseId !== null);
        expect(isHeld(other)).toBe(isHeld(one));
        for (const log of [one, other]) {
          let before = sums(0);
          for (const event of log) {
            if (event.type !== 'PlayReported') continue;
            expect(event.data.before).toEqual(before);
            before = event.data.after;
          }
          expect(before).toEqual(known(log).heard);
        }
      }),
      { numRuns: 300 },
    ));
});
