import { describe, expect, test } from '@jest/globals';
import { comparisonLines, importReportLines } from '../../../src/infrastructure/import/import-report-text.js';
import { ReportInProgress } from '../../../src/infrastructure/import/import-report.js';
import { DAY_MS } from '../../../src/domain/shared/civil-date.js';

const ended = Date.parse('2025-03-01T10:00:00Z');

describe('the printed report', () => {
  test('lists what was imported, and what was skipped and why', () => {
    const report = new ReportInProgress();
    const count = report.file('ada', 'id');
    const play = { kind: 'play', endedAt: ended, playedMs: 3_600_000 } as const;
    count({ ...play, listen: { artist: 'A', track: 'T', startedAt: ended, playedMs: 3_600_000 } });
    const podcast = {
      kind: 'skipped',
      reason: 'no-track',
      endedAt: ended + DAY_MS,
      playedMs: 1,
    } as const;
    const broken = { kind: 'broken', reason: 'is not an object' } as const;
    for (const row of [podcast, broken]) {
      count(row);
      report.skip(row, 'ada/a.json', 7);
    }
    report.plays = 1;
    expect(importReportLines(report.finish({ artists: 1, tracks: 1, plays: 0 }, 1_500))).toEqual([
      'files                 1',
      'listeners             1',
      'rows                  3, 2 rows/s',
      'plays recorded        0, 1 known',
      'of 30 s and more      1',
      'hours played          1',
      'skipped: no-track     1',
      'skipped: broken-row   1',
      'artists registered    1',
      'tracks registered     1',
      'from, to              2025-03-01, 2025-03-02',
      'Not imported: 1',
      '  ada/a.json, row 7: is not an object',
    ]);
  });

  test('lists the first twenty problems', () => {
    const report = new ReportInProgress();
    for (let i = 0; i < 1_023; i++) report.problem({ file: 'a.json', reason: 'is empty' });
    const lines = importReportLines(report.finish({ artists: 0, tracks: 0, plays: 0 }, 0));
    expect(lines.filter((line) => line.includes('is empty'))).toHaveLength(20);
    expect(lines.at(-1)).toBe('  and 1,003 more');
  });
});

describe('the printed comparison', () => {
  test('confirms that all figures are equal', () =>
    expect(comparisonLines({ compared: 16, differences: [] })).toEqual([
      'All 16 figures equal those of expected.json.',
    ]));

  test('names each difference', () =>
    expect(
      comparisonLines({ compared: 16, differences: [{ of: 'ada', figure: 'rows', expected: 2, found: 3 }] }),
    ).toEqual(['1 of 16 figures differ from expected.json:', '  ada: rows: 3, expected 2']));

  test('is empty when nothing was compared', () =>
    expect(comparisonLines({ compared: 0, differences: [] })).toEqual([]));
});
