import type { Comparison } from './expected-figures.js';
import type { ImportReport, ImportProblem } from './import-report.js';

/** Most problems printed. The JSON report lists more. */
const SHOWN_MAX = 20;

const HOUR_MS = 3_600_000;

/** The lines of the printed report. */
export const importReportLines = (report: ImportReport): readonly string[] => {
  const { files, repeatedFiles, brokenFiles, rows, recorded, known, plays30s, skipped, elapsedMs } = report;
  const rate = Math.round((rows * 1_000) / Math.max(1, elapsedMs));
  return [
    line('files', files, ifAny(repeatedFiles, 'repeated'), ifAny(brokenFiles, 'unreadable')),
    line('listeners', Object.keys(report.listeners).length),
    line('rows', rows, `${grouped(rate)} rows/s`),
    line('plays recorded', recorded, ifAny(known, 'known')),
    line('of 30 s and more', plays30s),
    line('hours played', Math.round(report.totalMs / HOUR_MS)),
    ...Object.entries(skipped)
      .filter(([, count]) => count > 0)
      .map(([reason, count]) => line(`skipped: ${reason}`, count)),
    line('artists registered', report.artistsRegistered),
    line('tracks registered', report.tracksRegistered),
    ...(report.first === null || report.last === null
      ? []
      : [`${'from, to'.padEnd(LABEL)}${day(report.first)}, ${day(report.last)}`]),
    ...problemLines(report),
  ];
};

/** The lines of the printed comparison; none when nothing was compared. */
export const comparisonLines = ({ compared, differences }: Comparison): readonly string[] => {
  if (compared === 0) return [];
  if (differences.length === 0) return [`All ${compared} figures equal those of expected.json.`];
  return [
    `${differences.length} of ${compared} figures differ from expected.json:`,
    ...differences.map(
      ({ of, figure, expected, found }) => `  ${of}: ${figure}: ${found}, expected ${expected}`,
    ),
  ];
};

const problemLines = ({ problems, problemCount }: ImportReport): readonly string[] => {
  if (problemCount === 0) return [];
  const shown = problems.slice(0, SHOWN_MAX);
  const more = problemCount - shown.length;
  return [
    `Not imported: ${grouped(problemCount)}`,
    ...shown.map((problem) => `  ${problemLine(problem)}`),
    ...(more > 0 ? [`  and ${grouped(more)} more`] : []),
  ];
};

const problemLine = ({ file, row, reason }: ImportProblem): string =>
  row === undefined ? `${file} ${reason}` : `${file}, row ${row}: ${reason}`;

const LABEL = 22;

const line = (label: string, count: number, ...notes: readonly string[]): string =>
  label.padEnd(LABEL) + [grouped(count), ...notes.filter((note) => note !== '')].join(', ');

const ifAny = (count: number, note: string): string => (count === 0 ? '' : `${grouped(count)} ${note}`);

const grouped = (count: number): string => count.toLocaleString('en');

const day = (instant: number): string => new Date(instant).toISOString().slice(0, 10);
