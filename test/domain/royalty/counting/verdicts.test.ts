import { describe, expect, test } from '@jest/globals';
import { GRADUATED, PRO_RATA, US_MECHANICAL } from '../../../../src/domain/royalty/rulesets/defaults.js';
import type { Ruleset } from '../../../../src/domain/royalty/rulesets/ruleset.js';
import { caseFinder } from '../../../../src/domain/royalty/statements/cases.js';
import { verdictsOf } from '../../../../src/domain/royalty/counting/verdicts.js';
import type { PeriodPlay } from '../../../../src/domain/royalty/counting/usage-rules.js';
import { OCTOBER } from '../../../support/playback/plays.js';
import { aPlay, LENIENT } from '../../../support/royalty/month.js';
import { DAY_MS } from '../../../../src/domain/shared/civil-date.js';

const NO_CASE = caseFinder([]);

const reasons = (plays: readonly PeriodPlay[], ruleset: Ruleset = PRO_RATA) =>
  verdictsOf({ ruleset, caseOf: NO_CASE }, plays).map((verdict) =>
    verdict.is === 'rejected' ? verdict.reason : verdict.creditPpm,
  );

describe('a play', () => {
  test('counts fully from 30 seconds on, and is rejected with a reason below', () => {
    expect(
      reasons([
        aPlay({ uniqueMs: 30_000 }),
        aPlay({ uniqueMs: 29_999 }),
        aPlay({ uniqueMs: 0, playedMs: 0, wallMs: 0 }),
      ]),
    ).toEqual([1_000_000, 'BELOW_THRESHOLD', 'NOTHING_HEARD']);
  });

  test('of a track of unknown length earns nothing under a rule that needs the length', () => {
    expect(reasons([aPlay({ durationMs: null })], GRADUATED)).toEqual(['LENGTH_UNKNOWN']);
    expect(reasons([aPlay({ durationMs: null })])).toEqual([1_000_000]);
  });

  test('cannot end before it starts, nor render for longer than it lasts', () => {
    expect(
      reasons([
        aPlay({ startedAt: OCTOBER, endedAt: OCTOBER - 1 }),
        aPlay({ startedAt: OCTOBER + 1, endedAt: OCTOBER + 2, wallMs: 120_002 }),
        aPlay({ startedAt: OCTOBER + 600_000, endedAt: OCTOBER + 600_001, wallMs: 120_001 }),
      ]),
    ).toEqual(['NEGATIVE_DURATION', 'LONGER_THAN_WALL', 1_000_000]);
  });

  test('that ends more than two minutes after its receipt is in the future', () => {
    const ending = { startedAt: OCTOBER, endedAt: OCTOBER + 60_000 };
    expect(
      reasons(
        [
          aPlay({ ...ending, receivedAt: OCTOBER - 60_001 }),
          aPlay({ ...ending, receivedAt: OCTOBER - 60_000 }),
        ],
        LENIENT,
      ),
    ).toEqual(['FUTURE', 1_000_000]);
  });

  test('that arrives more than 37 days after its start is too old, unless it is imported', () => {
    const late = OCTOBER + 37 * DAY_MS;
    expect(
      reasons(
        [
          aPlay({ startedAt: OCTOBER, receivedAt: late }),
          aPlay({ startedAt: OCTOBER, receivedAt: late + 1 }),
          aPlay({ startedAt: OCTOBER, receivedAt: null }),
        ],
        LENIENT,
      ),
    ).toEqual([1_000_000, 'TOO_OLD', 1_000_000]);
  });

  test('with several faults in its times has one reason, in the order of R14', () => {
    const times = { startedAt: OCTOBER, endedAt: OCTOBER + 60_000, wallMs: 600_000 };
    const ruleset = {
      ...LENIENT,
      counting: { ...LENIENT.counting, time: { skewToleranceMs: 0, maxLateMs: 0 } },
    };
    expect(
      reasons(
        [
          aPlay({ ...times, endedAt: OCTOBER - 1, receivedAt: OCTOBER - 2 }),
          aPlay({ ...times, receivedAt: OCTOBER - 1 }),
          aPlay({ ...times, receivedAt: OCTOBER + 60_000 }),
          aPlay({ ...times, receivedAt: null }),
        ],
        ruleset,
      ),
    ).toEqual(['NEGATIVE_DURATION', 'FUTURE', 'TOO_OLD', 'LONGER_THAN_WALL']);
  });

  test('without a confirming delivery would count if delivered', () => {
    const claimed = { playedMs: 60_000, uniqueMs: 60_000, wallMs: 60_000 };
    const short = { playedMs: 20_000, uniqueMs: 20_000, wallMs: 20_000 };
    expect(
      reasons(
        [
          aPlay({ ...short, claimed }),
          aPlay({ playedMs: 0, uniqueMs: 0, wallMs: 0, claimed }),
          aPlay({ ...short, claimed: { playedMs: 29_999, uniqueMs: 29_999, wallMs: 29_999 } }),
          aPlay({ playedMs: 42_000, uniqueMs: 42_000, wallMs: 42_000, claimed }),
        ],
        { ...LENIENT, counting: { ...LENIENT.counting, delivery: { windowMs: 0, edgeToleranceMs: 0 } } },
      ),
    ).toEqual(['NO_DELIVERY_EVIDENCE', 'NO_DELIVERY_EVIDENCE', 'BELOW_THRESHOLD', 1_000_000]);
  });

  test('is judged by the times of its device, whatever deliveries confirm', () => {
    const long = { playedMs: 60_000, uniqueMs: 60_000, wallMs: 180_001 };
    const borne = { playedMs: 10, uniqueMs: 10, wallMs: 10 };
    expect(reasons([aPlay({ ...borne, claimed: long })], LENIENT)).toEqual(['LONGER_THAN_WALL']);
  });

  test('that overlaps another of the same account does not count, except for a crossfade', () => {
    const first = aPlay({ startedAt: OCTOBER });
    const beside = aPlay({ startedAt: OCTOBER + 47_999, deviceId: 'tablet' });
    const after = aPlay({ startedAt: OCTOBER + 48_000 });
    expect(reasons([first, beside, after])).toEqual([1_000_000, 'CONCURRENT', 1_000_000]);
  });

  test('that was only skipped through does not exclude others', () => {
    const skipped = aPlay({ startedAt: OCTOBER, uniqueMs: 1_000 });
    const heard = aPlay({ startedAt: OCTOBER + 1_000 });
    expect(reasons([skipped, heard])).toEqual(['BELOW_THRESHOLD', 1_000_000]);
  });

  test('does not count once the device has reached its daily limit', () => {
    const ruleset = {
      ...LENIENT,
      integrity: { ...LENIENT.integrity, wallClock: { perDeviceMs: 120_000, perAccountMs: 1 } },
    };
    const start = (minutes: number) => ({ startedAt: OCTOBER + minutes * 60_000 });
    expect(
      reasons(
        [
          aPlay(start(0)),
          aPlay(start(1)),
          aPlay(start(2)),
          aPlay({ ...start(3), deviceId: 'tablet' }),
          aPlay(start(24 * 60)),
        ],
        ruleset,
      ),
    ).toEqual([1_000_000, 1_000_000, 'DAY_FULL', 1_000_000, 1_000_000]);
  });

  test('beyond fifty of one track in a row does not count; another counted track ends the run', () => {
    const row = Array.from({ length: 52 }, () => aPlay());
    const skipped = aPlay({ trackId: 'other', uniqueMs: 1, playedMs: 1, wallMs: 1 });
    const plays = [...row, skipped, aPlay(), aPlay({ trackId: 'other' }), aPlay()];
    expect(reasons(plays, US_MECHANICAL).slice(49)).toEqual([
      1_000_000,
      'STRAIGHT_RUN',
      'STRAIGHT_RUN',
      'BELOW_THRESHOLD',
      'STRAIGHT_RUN',
      1_000_000,
      1_000_000,
    ]);
  });

  test('of a track with too few listeners does not enter the pool', () => {
    const rules = {
      ruleset: { ...LENIENT, eligibility: { minStreams: 1, windowMonths: 1, minListeners: null } },
      caseOf: NO_CASE,
      isEligible: (track: string) => track === 'track-1',
    };
    expect(verdictsOf(rules, [aPlay(), aPlay({ trackId: 'rare' })])).toEqual([
      { is: 'counted', creditPpm: 1_000_000 },
      { is: 'rejected', reason: 'BELOW_ELIGIBILITY' },
    ]);
  });

  test('with an open case is held; confirmed, it is artificial; released, it counts', () => {
    const play = aPlay({ deviceId: 'farm' });
    const verdict = (status: 'open' | 'confirm' | 'release') =>
      verdictsOf(
        {
          ruleset: LENIENT,
          caseOf: caseFinder([{ caseId: 'c1', subject: { kind: 'device', id: 'farm' }, status }]),
        },
        [play],
      );
    expect(verdict('open')).toEqual([{ is: 'held', creditPpm: 1_000_000, caseId: 'c1' }]);
    expect(verdict('confirm')).toEqual([{ is: 'rejected', reason: 'ARTIFICIAL' }]);
    expect(verdict('release')).toEqual([{ is: 'counted', creditPpm: 1_000_000 }]);
  });
});
