import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { CountingRules } from '../../../../src/domain/royalty/rulesets/ruleset.js';
import {
  limitedToDelivered,
  type DeliveredTrack,
} from '../../../../src/domain/royalty/counting/limited-to-delivered.js';
import { heardIn, type Segment } from '../../../../src/domain/shared/listening/segments.js';
import { aPlay, LENIENT } from '../../../support/royalty/month.js';
import { runs } from '../../../support/royalty/oracle-worlds.js';

/*
 * Models a small track as sets of milliseconds: those heard, and those delivered to this device within the time limit of
 * the rule. The product computes with intervals; both must give the same set of milliseconds.
 */

const TRACK_MS = 60;
const START = 1_000;
const COUNTING: CountingRules = {
  ...LENIENT.counting,
  time: { skewToleranceMs: 5, maxLateMs: 1 },
  delivery: { windowMs: 100, edgeToleranceMs: 2 },
};

const stretch = fc
  .tuple(fc.nat(TRACK_MS), fc.nat(TRACK_MS))
  .map(([a, b]) => ({ fromMs: Math.min(a, b), toMs: Math.max(a, b) }));
const heard = fc.array(
  stretch.map(({ fromMs, toMs }): Segment => ({ fromMs, toMs, wallMs: toMs - fromMs })),
  { maxLength: 4 },
);
const delivery: fc.Arbitrary<DeliveredTrack> = fc
  .record({
    stretch,
    deviceId: fc.constantFrom('phone', 'phone', 'tablet'),
    trackId: fc.constantFrom('track-1', 'track-1', 'other'),
    at: fc.constantFrom(START - 101, START - 100, START, START + 65, START + 66),
  })
  .map(({ stretch, ...to }) => ({ ...stretch, ...to }));
const deliveries = fc.array(delivery, { maxLength: 8 });

const judged = (segments: readonly Segment[], sent: readonly DeliveredTrack[], over: object = {}) => {
  const play = aPlay({
    startedAt: START,
    endedAt: START + TRACK_MS,
    durationMs: TRACK_MS,
    ...heardIn(segments, TRACK_MS),
    ...over,
  });
  const [found] = limitedToDelivered(COUNTING, [play], () => segments, sent);
  if (!found) throw new Error('The play is gone.');
  return { play, found };
};

describe('the part of a play that deliveries confirm', () => {
  test('consists of the milliseconds that were both heard and delivered', () => {
    fc.assert(
      fc.property(heard, deliveries, (segments, sent) => {
        const wasSent = (ms: number) =>
          sent.some(
            ({ fromMs, toMs, deviceId, trackId, at }) =>
              deviceId === 'phone' &&
              trackId === 'track-1' &&
              at >= START - 100 &&
              at <= START + TRACK_MS + 5 &&
              ms >= fromMs - 2 &&
              ms < toMs + 2,
          );
        const borne = segments.flatMap(({ fromMs, toMs }) =>
          Array.from({ length: toMs - fromMs }, (_, n) => fromMs + n).filter(wasSent),
        );
        const { found, play } = judged(segments, sent);
        expect({ playedMs: found.playedMs, uniqueMs: found.uniqueMs }).toEqual({
          playedMs: borne.length,
          uniqueMs: new Set(borne).size,
        });
        expect(found.claimed === undefined).toBe(found.playedMs === play.playedMs);
      }),
      { numRuns: runs(300) },
    );
  });

  test('does not depend on the order or repetition of deliveries', () => {
    fc.assert(
      fc.property(heard, deliveries, (segments, sent) => {
        const { found } = judged(segments, sent.toReversed().concat(sent));
        expect({ ...found, playId: '', startedAt: 0 }).toEqual({
          ...judged(segments, sent).found,
          playId: '',
          startedAt: 0,
        });
      }),
    );
  });

  test('never exceeds the reported part, and never shrinks with more evidence', () => {
    fc.assert(
      fc.property(heard, deliveries, delivery, (segments, sent, one) => {
        const { found, play } = judged(segments, sent);
        const more = judged(segments, [...sent, one]).found;
        expect(found.uniqueMs).toBeLessThanOrEqual(more.uniqueMs);
        expect(more.uniqueMs).toBeLessThanOrEqual(play.uniqueMs);
        expect(more.wallMs).toBeLessThanOrEqual(play.wallMs);
      }),
    );
  });

  test('is the whole of an imported play, because another service delivered it', () => {
    const { found, play } = judged([{ fromMs: 0, toMs: 50, wallMs: 50 }], [], { receivedAt: null });
    expect(found).toBe(play);
  });

  test('is the whole play under a ruleset without delivery evidence', () => {
    const plays = [aPlay()];
    expect(limitedToDelivered(LENIENT.counting, plays, () => [], [])).toBe(plays);
  });
});
