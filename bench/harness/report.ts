import { ratios } from './rounds.js';
import { median } from './statistics.js';

/** A bound on the ratio of a line, or on its figure if it has no ratio. */
export type Goal = { readonly atLeast: number } | { readonly atMost: number };

/** One line of the table: our figure, the reference, and the goal. */
export type Line = {
  readonly what: string;
  /** Median of the rounds. */
  readonly ours: number;
  readonly unit: string;
  /** The reference by which our figure is divided. */
  readonly against?: { readonly name: string; readonly figure: number; readonly unit: string };
  /** Our figure over the reference: median, minimum and maximum of the ratios of the rounds. */
  readonly ratio?: { readonly median: number; readonly least: number; readonly greatest: number };
  readonly goal?: Goal;
};

export type Report = {
  readonly bench: string;
  readonly machine: string;
  readonly settings: string;
  readonly lines: readonly Line[];
  readonly warnings: readonly string[];
};

/** A line that compares two subjects round by round. */
export const compared = (line: {
  readonly what: string;
  readonly unit: string;
  readonly ours: readonly number[];
  readonly against: string;
  readonly theirs: readonly number[];
  readonly theirUnit?: string;
  readonly goal?: Goal;
}): Line => {
  const each = ratios(line.ours, line.theirs);
  return {
    what: line.what,
    ours: median(line.ours),
    unit: line.unit,
    against: { name: line.against, figure: median(line.theirs), unit: line.theirUnit ?? line.unit },
    ratio: { median: median(each), least: Math.min(...each), greatest: Math.max(...each) },
    ...(line.goal && { goal: line.goal }),
  };
};

/** A line without a reference. */
export const alone = (what: string, ours: readonly number[], unit: string, goal?: Goal): Line => ({
  what,
  ours: median(ours),
  unit,
  ...(goal && { goal }),
});

/** Whether the line reaches its goal; undefined without a goal. */
export const reached = ({ ours, ratio, goal }: Line): boolean | undefined => {
  if (!goal) return undefined;
  const value = ratio?.median ?? ours;
  return 'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost;
};

const HEADER = ['measured', 'ours', 'beside', 'theirs', 'ratio', 'of rounds', 'goal', 'reached'] as const;

/** The report as a plain-text table. */
export const asText = (report: Report): string => {
  const rows = [HEADER, ...report.lines.map(cells)];
  const widths = HEADER.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const text = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return [
    `${report.bench}: ${report.settings}`,
    report.machine,
    '',
    text[0]?.trimEnd(),
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...text.slice(1).map((row) => row.trimEnd()),
    ...(report.warnings.length > 0 ? ['', ...report.warnings.map((warning) => `warning: ${warning}`)] : []),
  ].join('\n');
};

/** The report as JSON, with `reached` for each line. */
export const asJson = (report: Report): string =>
  JSON.stringify(
    { ...report, lines: report.lines.map((line) => ({ ...line, reached: reached(line) })) },
    undefined,
    2,
  );

const cells = (line: Line): readonly string[] => {
  const { what, ours, unit, against, ratio, goal } = line;
  const isReached = reached(line);
  return [
    what,
    `${number(ours)} ${unit}`,
    against?.name ?? '',
    against ? `${number(against.figure)} ${against.unit}` : '',
    ratio ? number(ratio.median) : '',
    ratio ? `${number(ratio.least)} to ${number(ratio.greatest)}` : '',
    goal ? ('atLeast' in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`) : '',
    isReached === undefined ? '' : isReached ? 'yes' : 'NO',
  ];
};

/** Three significant digits, with thousands separators. */
const number = (value: number): string => {
  if (!Number.isFinite(value)) return '-';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(3)));
};
