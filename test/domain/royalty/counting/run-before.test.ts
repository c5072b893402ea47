import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { US_MECHANICAL } from '../../../../src/domain/royalty/rulesets/defaults.js';
import type { Ruleset } from '../../../../src/domain/royalty/rulesets/ruleset.js';
import {
  withRunBefore,
  NO_RUN,
  runAfterAll,
  runAtEndOf,
} from '../../../../src/domain/royalty/counting/run-before.js';
import type { PeriodPlay } from '../../../../src/domain/royalty/counting/usage-rules.js';
import { verdictsOf } from '../../../../src/domain/royalty/counting/verdicts.js';
import { byStartThenId } from '../../../../src/domain/royalty/counting/finished-play.js';
import { windowOf } from '../../../../src/domain/royalty/counting/window.js';
import { monthOf } from '../../../../src/domain/shared/calendar.js';
import { OCTOBER } from '../../../support/playback/plays.js';
import { aPlay } from '../../../support/royalty/month.js';
import { DAY_MS } from '../../../../src/domain/shared/civil-date.js';

const LIMIT = 3;
const ruleset: Ruleset = {
  ...US_MECHANICAL,
  counting: { ...US_MECHANICAL.counting, straightRunMax: LIMIT },
};
const withoutRuns: Ruleset = { ...ruleset, counting: { ...ruleset.counting, straightRunMax: null } };

const SEPTEMBER = '2026-09';
/** Some days before October. */
const before = (days: number, trackId = 'a', over: Partial<PeriodPlay> = {}) =>
  aPlay({ startedAt: OCTOBER - days * DAY_MS, trackId, ...over });

describe('the run at the end of a month', () => {
  test('is known when another track is heard before it', () =>
    expect(runAtEndOf(ruleset, SEPTEMBER, [before(9, 'b'), before(8), before(7)])).toEqual({
      run: { trackId: 'a', length: 2 },
      isFinal: true,
    }));
  test('is known when it reaches the limit', () =>
    expect(
      runAtEndOf(
        ruleset,
        SEPTEMBER,
        [9, 8, 7, 6].map((days) => before(days)),
      ),
    ).toEqual({
      run: { trackId: 'a', length: LIMIT },
      isFinal: true,
    }));
  test('is open when the month contains nothing else', () => {
    expect(runAtEndOf(ruleset, SEPTEMBER, [before(8), before(40, 'b')])).toEqual({
      run: { trackId: 'a', length: 1 },
      isFinal: false,
    });
    expect(runAtEndOf(ruleset, SEPTEMBER, [])).toEqual(NO_RUN);
  });
  test('is not broken by plays that do not count', () =>
    expect(
      runAtEndOf(ruleset, SEPTEMBER, [
        before(9, 'b'),
        before(8),
        before(7, 'c', { playedMs: 10_000, uniqueMs: 10_000 }),
        before(6),
      ]).run,
    ).toEqual({ trackId: 'a', length: 2 }));
});

test('a run continues from the plays before the month, and is broken by another track', () => {
  const open = { run: { trackId: 'a', length: 1 }, isFinal: false };
  const earlier = { run: { trackId: 'a', length: 1 }, isFinal: true };
  expect(withRunBefore(ruleset, earlier, open)).toEqual({ run: { trackId: 'a', length: 2 }, isFinal: true });
  expect(withRunBefore(ruleset, { ...earlier, run: { trackId: 'b', length: 9 } }, open)).toEqual({
    ...open,
    isFinal: true,
  });
  expect(withRunBefore(ruleset, earlier, NO_RUN)).toEqual(earlier);
  expect(withRunBefore(ruleset, NO_RUN, open)).toEqual(open);
});

test('runs cross days and periods: from any starting point, the same plays are beyond the limit (R5)', () => {
  const history = fc.array(
    fc.record({
      days: fc.integer({ min: -28, max: 200 }),
      ms: fc.nat(DAY_MS - 1),
      trackId: fc.constantFrom('a', 'a', 'a', 'b'),
      heardMs: fc.constantFrom(60_000, 60_000, 60_000, 10_000),
      lastsMs: fc.constantFrom(60_000, DAY_MS),
    }),
    { maxLength: 30 },
  );
  let beyondOnce = 0;
  fc.assert(
    fc.property(history, (all) => {
      const plays = all
        .map(({ days, ms, trackId, heardMs, lastsMs }) => {
          const startedAt = OCTOBER - days * DAY_MS + ms;
          return aPlay({
            startedAt,
            endedAt: startedAt + lastsMs,
            trackId,
            playedMs: heardMs,
            uniqueMs: heardMs,
          });
        })
        .sort(byStartThenId);

      // As the rule is worded: each month decides which plays count, then one pass goes over the whole history.
      const counts = new Set<string>();
      for (const month of new Set(plays.map(({ startedAt }) => monthOf(startedAt)))) {
        const { from, start, end } = windowOf(month);
        const near = plays.filter(({ startedAt }) => startedAt >= from && startedAt < end);
        const verdicts = verdictsOf({ ruleset: withoutRuns, caseOf: () => undefined }, near);
        for (const [i, { playId, startedAt }] of near.entries())
          if (startedAt >= start && verdicts[i]?.is === 'counted') counts.add(playId);
      }
      const beyond: string[] = [];
      let [last, length] = ['', 0];
      for (const { playId, trackId } of plays.filter((play) => counts.has(play.playId))) {
        length = trackId === last ? length + 1 : 1;
        last = trackId;
        if (length > LIMIT) beyond.push(playId);
      }

      const { from, start, end } = windowOf('2026-10');
      const { run } = runAfterAll(
        ruleset,
        plays.filter(({ startedAt }) => startedAt < start),
      );
      const near = plays.filter(({ startedAt }) => startedAt >= from && startedAt < end);
      const verdicts = verdictsOf({ ruleset, caseOf: () => undefined }, near, { from: start, run });
      const found = near
        .filter(({ startedAt }, i) => {
          const verdict = verdicts[i];
          return startedAt >= start && verdict?.is === 'rejected' && verdict.reason === 'STRAIGHT_RUN';
        })
        .map(({ playId }) => playId);
      const expected = near.filter(({ playId, startedAt }) => startedAt >= start && beyond.includes(playId));
      expect(found).toEqual(expected.map(({ playId }) => playId));
      if (found.length > 0) beyondOnce += 1;
    }),
    { numRuns: 500 },
  );
  expect(beyondOnce).toBeGreaterThan(20);
});
