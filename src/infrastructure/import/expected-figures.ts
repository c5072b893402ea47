import { z } from 'zod';
import type { Tally } from '../../application/playback/import/tally.js';
import type { ImportReport } from './import-report.js';
import { writtenTime } from './spotify-row.js';

const figures = z.object({
  files: z.int(),
  rows: z.int(),
  rows_with_track: z.int(),
  plays_30s: z.int(),
  rows_30s_any: z.int(),
  total_ms: z.int(),
  total_ms_with_track: z.int(),
});

/** `expected.json`: exact figures of an archive of histories. Figures that an import does not count are ignored. */
export const expectedFigures = z.object({
  overall: figures.extend({ listeners: z.int() }),
  listeners: z.record(z.string(), figures.extend({ first: z.string(), last: z.string() })),
});
export type ExpectedFigures = z.infer<typeof expectedFigures>;

/** A figure that differs from the expected one. `null`: there is none. */
export type FigureDifference = {
  readonly of: string;
  readonly figure: string;
  readonly expected: number | null;
  readonly found: number | null;
};

export type Comparison = { readonly compared: number; readonly differences: readonly FigureDifference[] };

/**
 * Compares a report with independently computed figures: those of each listener in both, and the sums if both have the
 * same listeners.
 */
export const compareWithExpected = (report: ImportReport, expected: ExpectedFigures): Comparison => {
  const found = Object.entries(report.listeners).filter(([name]) => Object.hasOwn(expected.listeners, name));
  const pairs = found.flatMap(([name, tally]) => {
    const known = expected.listeners[name] as ExpectedFigures['listeners'][string];
    return [
      ...pairsOf(name, tally, known),
      { of: name, figure: 'first', expected: writtenTime(known.first) ?? null, found: tally.first },
      { of: name, figure: 'last', expected: writtenTime(known.last) ?? null, found: tally.last },
    ];
  });
  const listeners = Object.keys(report.listeners).length;
  if (found.length === listeners && listeners === expected.overall.listeners)
    pairs.push(...pairsOf('all listeners', report, expected.overall));
  return { compared: pairs.length, differences: pairs.filter(({ expected, found }) => expected !== found) };
};

const pairsOf = (
  of: string,
  found: Tally & { readonly files: number },
  expected: z.infer<typeof figures>,
): FigureDifference[] => [
  { of, figure: 'files', expected: expected.files, found: found.files },
  { of, figure: 'rows', expected: expected.rows, found: found.rows },
  { of, figure: 'rows with a track', expected: expected.rows_with_track, found: found.rowsWithTrack },
  { of, figure: 'plays of 30 s and more', expected: expected.plays_30s, found: found.plays30s },
  { of, figure: 'rows of 30 s and more', expected: expected.rows_30s_any, found: found.rows30sAny },
  { of, figure: 'milliseconds', expected: expected.total_ms, found: found.totalMs },
  {
    of,
    figure: 'milliseconds with a track',
    expected: expected.total_ms_with_track,
    found: found.totalMsWithTrack,
  },
];
