import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { isMonth, monthEnd, monthOf, monthStart } from '../../../src/domain/shared/calendar.js';
import { DAY_MS } from '../../../src/domain/shared/civil-date.js';

/** From 0000-01-01 to 9999-12-31. */
const instant = fc.integer({ min: -62_167_219_200_000, max: Date.UTC(9999, 11, 31) });

describe('the UTC month of an instant', () => {
  test('begins with its first millisecond', () => {
    expect(monthOf(Date.UTC(2026, 9, 1))).toBe('2026-10');
    expect(monthOf(Date.UTC(2026, 9, 1) - 1)).toBe('2026-09');
  });
  test('knows the leap days of 2000 and 2024, and that 2100 has none', () => {
    expect(monthEnd('2000-02') - monthStart('2000-02')).toBe(29 * DAY_MS);
    expect(monthEnd('2024-02') - monthStart('2024-02')).toBe(29 * DAY_MS);
    expect(monthEnd('2100-02') - monthStart('2100-02')).toBe(28 * DAY_MS);
  });
  test('ends where the next one begins, also over a new year', () => {
    expect(monthEnd('2026-12')).toBe(monthStart('2027-01'));
  });
  test('agrees with Date', () => {
    fc.assert(
      fc.property(instant, (at) => {
        expect(monthOf(at)).toBe(new Date(at).toISOString().slice(0, 7));
      }),
      { numRuns: 2_000 },
    );
  });
  test('contains the instant', () => {
    fc.assert(
      fc.property(instant, (at) => {
        expect(monthStart(monthOf(at))).toBeLessThanOrEqual(at);
        expect(monthEnd(monthOf(at))).toBeGreaterThan(at);
      }),
    );
  });
  test.each(['2026-13', '2026-00', '2026-1', '26-01', '2026-01-01', ''])('is not written "%s"', (text) => {
    expect(isMonth(text)).toBe(false);
  });
});
