import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { DEFAULT_COUNTING, thresholdCreditPpm } from '../../../../src/domain/royalty/rules/counting.js';
import { heardIn, listenedMs, type Segment } from '../../../../src/domain/shared/listening/segments.js';

const stretch = (fromMs: number, toMs: number, wallMs = toMs - fromMs): Segment => ({ fromMs, toMs, wallMs });
const credit = (durationMs: number | null, ...segments: readonly Segment[]) =>
  thresholdCreditPpm(DEFAULT_COUNTING, heardIn(segments, durationMs), durationMs);

describe('the heard part of a play (R1)', () => {
  test('is clipped to the track', () =>
    expect(heardIn([stretch(-5, 10), stretch(95, 120)], 100)).toEqual({
      playedMs: 15,
      uniqueMs: 15,
      wallMs: 40,
    }));
  test('is not clipped when the length of the track is not known', () =>
    expect(heardIn([stretch(0, 500)], null)).toEqual({ playedMs: 500, uniqueMs: 500, wallMs: 500 }));
  test('is nothing when a segment lies past the end', () =>
    expect(heardIn([stretch(150, 160), stretch(0, 10)], 100)).toEqual({
      playedMs: 10,
      uniqueMs: 10,
      wallMs: 20,
    }));
  test('counts once where segments overlap, touch or contain one another', () =>
    expect(heardIn([stretch(20, 30), stretch(0, 10), stretch(5, 20), stretch(6, 7)], 100)).toEqual({
      playedMs: 36,
      uniqueMs: 30,
      wallMs: 36,
    }));
  test('at double speed counts no more than the wall time', () => {
    expect(listenedMs({ playedMs: 60_000, uniqueMs: 60_000, wallMs: 30_000 }, 'unique')).toBe(30_000);
  });
  test('counts repeated parts twice only when played time is measured', () => {
    const heard = { playedMs: 40_000, uniqueMs: 20_000, wallMs: 40_000 };
    expect(listenedMs(heard, 'unique')).toBe(20_000);
    expect(listenedMs(heard, 'played')).toBe(40_000);
  });
  test('is, for any segments, the set of milliseconds that they cover', () => {
    const segments = fc.array(
      fc.tuple(fc.nat(60), fc.nat(60)).map(([from, length]) => stretch(from, from + length)),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(segments, fc.option(fc.nat(80), { nil: null }), (all, durationMs) => {
        const heard = all
          .flatMap(({ fromMs, toMs }) => Array.from({ length: toMs - fromMs }, (_, n) => fromMs + n))
          .filter((ms) => durationMs === null || ms < durationMs);
        expect(heardIn(all, durationMs)).toMatchObject({
          playedMs: heard.length,
          uniqueMs: new Set(heard).size,
        });
      }),
    );
  });
});

describe('a play counts (R2)', () => {
  test('from 30,000 ms on', () => expect(credit(200_000, stretch(0, 30_000))).toBe(1_000_000));
  test('not with 29,999 ms', () => expect(credit(200_000, stretch(0, 29_999))).toBe(0));
  test('when a track of 25 s was heard completely', () =>
    expect(credit(25_000, stretch(0, 25_000))).toBe(1_000_000));
  test('not when its last millisecond is missing', () => expect(credit(25_000, stretch(0, 24_999))).toBe(0));
  test('not when the same 20 s were heard twice by scrubbing back', () =>
    expect(credit(200_000, stretch(0, 20_000), stretch(0, 20_000), stretch(0, 20_000))).toBe(0));
  test('not when the rest was skipped', () =>
    expect(credit(200_000, stretch(0, 10_000), stretch(150_000, 169_999))).toBe(0));
  test('not when 60 s of the track took 29,999 ms', () =>
    expect(credit(200_000, stretch(0, 60_000, 29_999))).toBe(0));
  test('by the threshold alone when the length of the track is not known', () => {
    expect(credit(null, stretch(0, 30_000))).toBe(1_000_000);
    expect(credit(null, stretch(0, 25_000))).toBe(0);
  });
  test('never when nothing was heard', () => expect(credit(0)).toBe(0));
});
