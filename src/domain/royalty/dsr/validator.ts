import { type CellFault, cellFault } from './cells.js';
import { type Profile, profileOf } from './profiles.js';
import { type Cell, RECORDS } from './records.js';

/** Why a report is invalid; stable codes. */
export type DsrFaultCode =
  | CellFault
  | 'PROFILE_UNKNOWN'
  | 'RECORD_UNKNOWN'
  | 'CELL_COUNT'
  | 'HEAD_MISSING'
  | 'SUMMARY_MISSING'
  | 'FOOT_MISSING'
  | 'SUMMARY_REFERENCE'
  | 'TRANSACTED_ITEM'
  | 'BLOCK_WITHOUT_USAGE'
  | 'BLOCK_STRUCTURE'
  | 'LINE_COUNT';

export type DsrFault = {
  readonly code: DsrFaultCode;
  /** From 1; 0 for a fault of the whole file. */
  readonly line: number;
  readonly detail: string;
};

type Line = { readonly number: number; readonly record: string; readonly cells: readonly string[] };

/**
 * Validates a flat file before it is sent: each cell, then the order of the records, the references, the counts of the
 * footer and the check characters of DPIDs. The open DDEX validator does not check the last two.
 *
 * @returns all faults, those of cells first; empty for a valid file
 */
export const checkReport = (file: readonly string[]): readonly DsrFault[] => {
  const lines = file
    .map((text, i): Line => ({
      number: i + 1,
      cells: text.split('\t'),
      record: text.split('\t', 1)[0] ?? '',
    }))
    .filter(({ record }) => record !== '' && !record.startsWith('#'));

  const head = lines[0];
  if (head?.record !== 'HEAD') return [fault('HEAD_MISSING', 1, 'A report must begin with HEAD.')];
  const profile = profileOf(head.cells[2] ?? '', head.cells[3] ?? '');
  if (!profile)
    return [
      fault('PROFILE_UNKNOWN', 1, `No profile ${head.cells[2] ?? ''} ${head.cells[3] ?? ''} is supported.`),
    ];

  return [
    ...lines.flatMap(cellFaults),
    ...structureFaults(profile, lines),
    ...referenceFaults(profile, lines),
    // Comments and empty lines count as lines of the file.
    ...countFaults(profile, lines, file.length),
  ];
};

const cellFaults = ({ number, record, cells }: Line): readonly DsrFault[] => {
  const columns = RECORDS[record];
  if (!columns) return [fault('RECORD_UNKNOWN', number, `There is no record ${record}.`)];
  const faults: DsrFault[] = [];
  columns.forEach((column: Cell, i) => {
    const code = cellFault(column, cells[i] ?? '');
    if (code)
      faults.push(fault(code, number, `${record} cell ${i + 1}, ${column.name}: '${cells[i] ?? ''}'`));
  });
  if (cells.length !== columns.length)
    faults.push(fault('CELL_COUNT', number, `${record} has ${columns.length} cells, not ${cells.length}.`));
  return faults;
};

const structureFaults = (profile: Profile, lines: readonly Line[]): readonly DsrFault[] => {
  const faults: DsrFault[] = [];
  const body = lines.slice(1).filter(({ record }) => record !== profile.footer);
  const summaries = body.filter(({ record }) => profile.summaries.includes(record));
  if (summaries.length === 0)
    faults.push(fault('SUMMARY_MISSING', 0, 'A report must have at least one summary record.'));
  if (lines.at(-1)?.record !== profile.footer)
    faults.push(fault('FOOT_MISSING', 0, `A report must end with ${profile.footer}.`));

  for (const [blockId, block] of blocksOf(profile, body)) {
    const number = block[0]?.number ?? 0;
    const names = block.map(({ record }) => `${record} `).join('');
    if (!block.some(({ record }) => profile.usage.includes(record)))
      faults.push(
        fault('BLOCK_WITHOUT_USAGE', number, `Block ${blockId} has no ${profile.usage.join(' or ')}.`),
      );
    else if (profile.block && !profile.block.test(names))
      faults.push(fault('BLOCK_STRUCTURE', number, `Block ${blockId} has ${names.trim()}.`));
  }
  return faults;
};

/** Each usage must refer to a summary of this report, and to either a release or a resource. */
const referenceFaults = (profile: Profile, lines: readonly Line[]): readonly DsrFault[] => {
  const summaryIds = new Set(
    lines.filter(({ record }) => profile.summaries.includes(record)).map(({ cells }) => cells[1] ?? ''),
  );
  const faults: DsrFault[] = [];
  for (const line of lines) {
    const summary = valueOf(line, 'SummaryRecordId');
    if (profile.usage.includes(line.record) && summary && !summaryIds.has(summary))
      faults.push(fault('SUMMARY_REFERENCE', line.number, `There is no summary ${summary}.`));
    if (line.record !== 'SU02') continue;
    const named = [valueOf(line, 'TransactedRelease'), valueOf(line, 'TransactedResource')].filter(Boolean);
    if (named.length !== 1)
      faults.push(
        fault('TRANSACTED_ITEM', line.number, 'A usage must refer to either a release or a resource.'),
      );
  }
  return faults;
};

const countFaults = (profile: Profile, lines: readonly Line[], fileLines: number): readonly DsrFault[] => {
  const foot = lines.at(-1);
  if (foot?.record !== profile.footer) return [];
  const body = lines.slice(1, -1);
  const blocks = blocksOf(profile, body).size;
  const expected: Readonly<Record<string, number>> = {
    NumberOfLinesInFile: fileLines,
    NumberOfLinesInReport: fileLines,
    NumberOfSummaryRecords: body.filter(({ record }) => profile.summaries.includes(record)).length,
    NumberOfBlocksInFile: blocks,
    NumberOfBlocksInReport: blocks,
  };
  return Object.entries(expected).flatMap(([name, count]) => {
    const found = valueOf(foot, name);
    if (found === '' || found === String(count)) return [];
    return [fault('LINE_COUNT', foot.number, `${name} is ${count}, the footer says ${found}.`)];
  });
};

/** The lines of each block by BlockId, in the order of the file. */
const blocksOf = (profile: Profile, body: readonly Line[]): ReadonlyMap<string, readonly Line[]> => {
  const blocks = new Map<string, Line[]>();
  if (!profile.block) return blocks;
  for (const line of body) {
    if (profile.summaries.includes(line.record)) continue;
    const id = line.cells[1] ?? '';
    const block = blocks.get(id);
    if (block) block.push(line);
    else blocks.set(id, [line]);
  }
  return blocks;
};

const valueOf = ({ record, cells }: Line, name: string): string =>
  cells[RECORDS[record]?.findIndex((cell) => cell.name === name) ?? -1] ?? '';

const fault = (code: DsrFaultCode, line: number, detail: string): DsrFault => ({ code, line, detail });
