import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  compareWithExpected,
  type Comparison,
  type ExpectedFigures,
  expectedFigures,
} from '../../../src/infrastructure/import/expected-figures.js';
import { ReportInProgress } from '../../../src/infrastructure/import/import-report.js';
import type { ArchiveFigures, Distinct } from '../../support/import/archive-figures.js';

/** What the importer reads in an archive, and how it compares. */
type Reading = {
  readonly expected: ExpectedFigures & Pick<ArchiveFigures, 'overall' | 'listeners'>;
  readonly found: ArchiveFigures;
  readonly comparison: Comparison;
};

const readArchive = async (folder: string): Promise<Reading> => {
  const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Reading['expected'];
  const worker = new Worker(new URL('../../support/import/archive-figures.js', import.meta.url), {
    workerData: folder,
  });
  const [found] = (await once(worker, 'message')) as [ArchiveFigures];
  return { expected, found, comparison: compareWithExpected(found.report, expectedFigures.parse(expected)) };
};

const distinctOf = ({ distinct_tracks, distinct_artists }: Distinct): Distinct => ({
  distinct_tracks,
  distinct_artists,
});

const agreesIn = (folder: string) => {
  let archive: Reading;
  beforeAll(async () => void (archive = await readArchive(folder)), 60_000);

  test('has all expected figures, for each listener and in total', () => {
    const { expected, comparison } = archive;
    expect(comparison.differences).toEqual([]);
    expect(comparison.compared).toBe(Object.keys(expected.listeners).length * 9 + 7);
  });

  test('has no broken row', () => expect(archive.found.report.skipped['broken-row']).toBe(0));

  test('has as many different tracks and artists', () => {
    const { expected, found } = archive;
    expect(distinctOf(found.overall)).toEqual(distinctOf(expected.overall));
    for (const [listener, figures] of Object.entries(expected.listeners))
      expect(found.listeners[listener]).toEqual(distinctOf(figures));
  });

  test('has the same 50 most played tracks', () =>
    expect(archive.found.overall.top_50_tracks).toEqual(archive.expected.overall.top_50_tracks));
};

describe.each([
  ['the sample', 'sample'],
  ['the archive of real histories', '../shared/histories'],
])('%s', (_name, folder) => {
  const isThere = existsSync(join(folder, 'expected.json'));
  const because = isThere ? '' : ` (skipped: there is no ${folder}/expected.json)`;
  (isThere ? describe : describe.skip)(`read as by an import${because}`, () => agreesIn(folder));
});

describe('a report is compared with expected figures', () => {
  const figures = {
    files: 1,
    rows: 2,
    rows_with_track: 2,
    plays_30s: 1,
    rows_30s_any: 1,
    total_ms: 31_000,
    total_ms_with_track: 31_000,
  };
  const expected = {
    overall: { listeners: 1, ...figures },
    listeners: { ada: { ...figures, first: '2025-01-01 10:00', last: '2025-01-01T10:01:30Z' } },
  };
  const reportOf = (listener: string, ...playedMs: readonly number[]) => {
    const report = new ReportInProgress();
    const count = report.file(listener, 'id');
    for (const [index, ms] of playedMs.entries()) {
      const endedAt = Date.parse('2025-01-01T10:00:00Z') + index * 90_000;
      const listen = { artist: 'A', track: 'T', startedAt: endedAt - ms, playedMs: ms };
      count({ kind: 'play', endedAt, playedMs: ms, listen });
    }
    return report.finish({ artists: 0, tracks: 0, plays: 0 }, 0);
  };

  test('and is equal', () =>
    expect(compareWithExpected(reportOf('ada', 30_000, 1_000), expected)).toEqual({
      compared: 16,
      differences: [],
    }));

  test('and every different figure is listed', () => {
    const { differences } = compareWithExpected(reportOf('ada', 30_000, 1_001), expected);
    expect(differences).toContainEqual({
      of: 'ada',
      figure: 'milliseconds',
      expected: 31_000,
      found: 31_001,
    });
    expect(differences).toContainEqual({
      of: 'all listeners',
      figure: 'milliseconds',
      expected: 31_000,
      found: 31_001,
    });
    expect(differences).toHaveLength(4);
  });

  test('and listeners without expected figures are ignored', () =>
    expect(compareWithExpected(reportOf('ben', 1), expected)).toEqual({ compared: 0, differences: [] }));
});
