import { describe, expect, test } from '@jest/globals';
import { isRejection } from '../../../src/domain/decider.js';
import type { PlayEvent, PlayStopped } from '../../../src/domain/playback/events.js';
import { play, type PlayCommand } from '../../../src/domain/playback/play.js';
import { reconcile } from '../../../src/domain/royalty/rules/delivery.js';
import {
  contradicts,
  isRepeat,
  type NumberedReport,
  standingReports,
} from '../../../src/domain/shared/listening/numbered-reports.js';
import { GRADUATED, PRO_RATA, US_MECHANICAL } from '../../../src/domain/royalty/rulesets/defaults.js';
import type { Ruleset } from '../../../src/domain/royalty/rulesets/ruleset.js';
import type { PeriodPlay } from '../../../src/domain/royalty/counting/usage-rules.js';
import { verdictsOf } from '../../../src/domain/royalty/counting/verdicts.js';
import { offlineTimeFault } from '../../../src/domain/royalty/rules/time-check.js';
import { heardIn } from '../../../src/domain/shared/listening/segments.js';
import { monthOf } from '../../../src/domain/shared/calendar.js';
import { aPlay } from '../../support/royalty/month.js';
import { DAY_MS } from '../../../src/domain/shared/civil-date.js';

// The edge cases of plays, 1 to 28 and 54 to 56, by the numbers of docs/edge-cases.md.

const T0 = 1_790_812_800_000;
const t = (s: number): number => T0 + s * 1_000;
const MINUTE = 60_000;

const at = (s: number) => ({ listenerId: 'ada', at: t(s), receivedAt: t(s) });
const start = (durationMs = 200_000): PlayCommand => ({
  type: 'StartPlay',
  data: {
    listenerId: 'ada',
    trackId: 'track-1',
    durationMs,
    territory: 'DE',
    offering: 'premium',
    deviceId: 'phone',
    mode: 'online',
    source: 'search',
    startedAt: T0,
    receivedAt: T0,
    positionMs: 0,
  },
});
const seek = (s: number, fromMs: number, toMs: number): PlayCommand => ({
  type: 'SeekPlay',
  data: { ...at(s), fromMs, toMs },
});
const report = (
  type: 'PausePlay' | 'ResumePlay' | 'ReportProgress',
  s: number,
  positionMs: number,
): PlayCommand => ({
  type,
  data: { ...at(s), positionMs },
});
const stop = (s: number, positionMs: number): PlayCommand => ({
  type: 'StopPlay',
  data: { ...at(s), positionMs, reason: 'stopped', muted: false },
});
const silence = (s: number): PlayCommand => ({ type: 'CloseSilentPlay', data: { lastReceivedAt: t(s) } });

/** The stop event of the play that these commands make. */
const heard = (...commands: readonly PlayCommand[]): PlayStopped['data'] => {
  let state = play.initial;
  const events: PlayEvent[] = [];
  for (const command of commands) {
    const outcome = play.decide(command, state);
    if (isRejection(outcome)) throw new Error(outcome.rejected);
    events.push(...outcome);
    state = outcome.reduce(play.evolve, state);
  }
  const stops = events.filter((event) => event.type === 'PlayStopped');
  expect(stops).toHaveLength(1);
  return (stops[0] as PlayStopped).data;
};

/** The verdict on a play: its credit, or the reason why it has none. */
const verdictOf = (data: PlayStopped['data'], ruleset: Ruleset = PRO_RATA) =>
  verdicts([aPlay({ ...data, endedAt: data.at })], ruleset)[0];
const verdicts = (plays: readonly PeriodPlay[], ruleset: Ruleset = PRO_RATA) =>
  verdictsOf({ ruleset, caseOf: () => undefined }, plays).map((verdict) =>
    verdict.is === 'rejected' ? verdict.reason : verdict.creditPpm,
  );

const listened = (ms: number, durationMs = 200_000) => ({
  ...heard(start(durationMs), stop(200, ms)),
  durationMs,
});

describe('a play', () => {
  test('1: of exactly 30,000 ms counts', () => expect(verdictOf(listened(30_000))).toBe(1_000_000));
  test('2: of 29,999 ms does not; with graduated credit it earns just under a full credit', () => {
    expect(verdictOf(listened(29_999))).toBe('BELOW_THRESHOLD');
    const full = { kind: 'gradLinear', fullAt: 30_000, minMs: 5_000, measure: 'unique' } as const;
    const graduated = { ...GRADUATED, counting: { ...GRADUATED.counting, credit: full } };
    expect(verdictOf(listened(29_999), graduated)).toBe(999_966);
  });
  test('3: of a track of 25 s that was heard completely counts', () =>
    expect(verdictOf(listened(25_000, 25_000))).toBe(1_000_000));
  test('4: of the same track without its last millisecond does not count', () =>
    expect(verdictOf(listened(24_999, 25_000))).toBe('BELOW_THRESHOLD'));

  const scrubbedBack = [start(), seek(20, 20_000, 0), seek(40, 20_000, 0), stop(60, 20_000)] as const;
  test('5: gains nothing by scrubbing back over the same 20 s twice', () => {
    expect(heard(...scrubbedBack)).toMatchObject({ playedMs: 60_000, uniqueMs: 20_000 });
    expect(verdictOf(heard(...scrubbedBack))).toBe('BELOW_THRESHOLD');
  });
  test('6: counts the same 60 s where the law defines a stream by its duration', () =>
    expect(verdictOf(heard(...scrubbedBack), US_MECHANICAL)).toBe(1_000_000));
  test('7: does not count what was scrubbed over', () => {
    const skipped = heard(start(), seek(10, 10_000, 170_000), stop(20, 180_000));
    expect(skipped).toMatchObject({ uniqueMs: 20_000 });
    expect(verdictOf(skipped)).toBe('BELOW_THRESHOLD');
  });
  test('8: started again under another id is another play', () => {
    const again = [aPlay(), aPlay()];
    expect(new Set(again.map(({ playId }) => playId)).size).toBe(2);
    expect(verdicts(again)).toEqual([1_000_000, 1_000_000]);
  });
  test('9: seeked back to its start is the same play', () =>
    // heard() has checked that it ends once.
    expect(verdictOf(heard(start(), seek(40, 40_000, 0), stop(80, 40_000)))).toBe(1_000_000));
  test('10: at double speed counts the time that it took', () => {
    const fast = heard(start(), report('ReportProgress', 29, 58_000), stop(29, 58_000));
    expect(fast).toMatchObject({ uniqueMs: 58_000, wallMs: 29_000 });
    expect(verdictOf(fast)).toBe('BELOW_THRESHOLD');
  });
  test('11: paused for an hour does not count the pause as rendered time', () =>
    expect(
      heard(
        start(),
        report('PausePlay', 20, 20_000),
        report('ResumePlay', 3_620, 20_000),
        stop(3_630, 30_000),
      ),
    ).toMatchObject({ uniqueMs: 30_000, wallMs: 30_000 }));
  test('12: that was muted counts', () => {
    const muted = heard(start(), {
      ...stop(30, 30_000),
      data: { ...stop(30, 30_000).data, muted: true },
    } as PlayCommand);
    expect(muted.muted).toBe(true);
    expect(verdictOf(muted)).toBe(1_000_000);
  });
  test('13: whose app crashed counts as last reported', () => {
    const crashed = heard(start(), report('ReportProgress', 31, 31_000), silence(31));
    expect(crashed).toMatchObject({ reason: 'silence', uniqueMs: 31_000 });
    expect(verdictOf(crashed)).toBe(1_000_000);
  });
});

const reported = (deviceSeq: number, fromMs: number, toMs: number): NumberedReport => ({
  deviceId: 'phone',
  deviceSeq,
  segments: [{ fromMs, toMs, wallMs: toMs - fromMs }],
  contentHash: `${fromMs}-${toMs}`,
});
const uniqueMs = (reports: readonly NumberedReport[]) =>
  heardIn(
    standingReports(reports, 200_000).flatMap(({ segments }) => segments),
    200_000,
  ).uniqueMs;

describe('reports of a play', () => {
  test('14: that began online and ended offline are merged into one play', () =>
    expect(uniqueMs([reported(1, 0, 20_000), reported(2, 15_000, 40_000)])).toBe(40_000));
  test('15: that arrive twice have no further effect', () => {
    const batch = [reported(1, 0, 20_000)];
    expect(standingReports([...batch, ...batch], 200_000)).toEqual(batch);
    expect(batch.every((one) => isRepeat(one, one) && !contradicts(one, one))).toBe(true);
  });
  test('16: that contradict each other put it on hold; the shorter one counts, whichever came first', () => {
    const [long, short] = [reported(1, 0, 40_000), reported(1, 0, 20_000)];
    expect(contradicts(long, short)).toBe(true);
    for (const order of [
      [long, short],
      [short, long],
    ]) {
      expect(uniqueMs(order)).toBe(20_000);
    }
  });
});

describe('an account', () => {
  test('17: that plays on two devices at once gets credit for the earliest start', () => {
    const first = aPlay({ startedAt: T0, endedAt: t(60) });
    const second = aPlay({ startedAt: t(30), endedAt: t(90), deviceId: 'tablet' });
    expect(verdicts([first, second])).toEqual([1_000_000, 'CONCURRENT']);
  });
  test('18: that crossfades for 12 s gets credit for both', () =>
    expect(
      verdicts([aPlay({ startedAt: T0, endedAt: t(60) }), aPlay({ startedAt: t(48), endedAt: t(108) })]),
    ).toEqual([1_000_000, 1_000_000]));
});

describe('the times of a play', () => {
  test('19: by a clock that is an hour wrong are corrected by the time of sending', () => {
    const [began, ended] = [t(3_600), t(3_640)];
    const wrong = heard(
      {
        type: 'StartPlay',
        data: { ...start().data, startedAt: began, sentAt: began, receivedAt: T0 },
      } as PlayCommand,
      {
        type: 'StopPlay',
        data: {
          listenerId: 'ada',
          at: ended,
          sentAt: ended,
          receivedAt: t(40),
          positionMs: 40_000,
          reason: 'stopped',
          muted: false,
        },
      },
    );
    expect(wrong).toMatchObject({ startedAt: T0, at: t(40), clockOffsetMs: -3_600_000 });
  });
  test('20: by a clock that was changed while offline must span the rendered time', () =>
    expect(
      verdicts([
        aPlay({ startedAt: T0, endedAt: t(10), wallMs: 130_001, playedMs: 200_000, uniqueMs: 200_000 }),
      ]),
    ).toEqual(['LONGER_THAN_WALL']));
  test('21: that lie in the future are recorded and not paid', () => {
    const play = aPlay({ startedAt: T0, endedAt: t(60), receivedAt: t(60) - 120_001 });
    expect(verdicts([play, { ...play, receivedAt: t(60) - 120_000 }])).toEqual(['FUTURE', 1_000_000]);
  });

  const lease = { issuedAt: T0, expiresAt: t(3_600) };
  const offline = (startedAt: number) =>
    offlineTimeFault(
      PRO_RATA.counting.time,
      { startedAt, endedAt: startedAt + MINUTE, wallMs: MINUTE, receivedAt: t(9_000) },
      lease,
    );
  test('22: that start in the last millisecond of a lease are within it', () =>
    expect(offline(t(3_600) - 1)).toBeUndefined());
  test('23: that start at its end are outside it', () => expect(offline(t(3_600))).toBe('OUTSIDE_LEASE'));
  test('24: that arrive after 37 days are too old, and the play is shown as rejected', () => {
    const received = T0 + 37 * DAY_MS;
    const play = aPlay({ startedAt: T0, receivedAt: received });
    expect(verdicts([play])).toEqual([1_000_000]);
    expect(verdicts([{ ...play, receivedAt: received + 1 }])).toEqual(['TOO_OLD']);
  });
  test('25: across the end of a month belong to the month of the start', () =>
    expect([monthOf(T0 - 1), monthOf(T0)]).toEqual(['2026-09', '2026-10']));
});

test('28: play 51 of a track in a row does not count where the law says so, and counts under other rulesets', () => {
  const plays = Array.from({ length: 52 }, (_, n) => aPlay({ startedAt: t(n * 100) }));
  expect(verdicts(plays, US_MECHANICAL).slice(49)).toEqual([1_000_000, 'STRAIGHT_RUN', 'STRAIGHT_RUN']);
  expect(verdicts(plays).slice(49)).toEqual([1_000_000, 1_000_000, 1_000_000]);
});

describe('a delivery to the device', () => {
  const policy = { windowMs: 30 * DAY_MS, edgeToleranceMs: 2_000 };
  const sent = (toMs: number, deliveredAt = T0) => [{ fromMs: 0, toMs, at: deliveredAt }];
  const said = (toMs: number) => ({
    segments: [{ fromMs: 0, toMs, wallMs: toMs }],
    startedAt: T0,
    endedAt: t(200),
  });
  const credited = (...args: Parameters<typeof reconcile>) =>
    heardIn(reconcile(...args).segments, 200_000).uniqueMs;

  test('54: of 40 s confirms 42 s of a reported 200 s', () =>
    expect(credited(policy, said(200_000), sent(40_000))).toBe(42_000));
  test('55: days ago confirms a play from the cache', () =>
    expect(credited(policy, said(200_000), sent(200_000, T0 - 29 * DAY_MS))).toBe(200_000));
  test('56: that was not heard does not count', () =>
    expect(credited(policy, said(10_000), sent(200_000))).toBe(10_000));
});
