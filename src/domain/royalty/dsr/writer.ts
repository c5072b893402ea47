import { escaped } from './cells.js';
import type { Profile } from './profiles.js';
import { RECORDS } from './records.js';
import { decimalOf } from '../../shared/money.js';

/** The value of a cell. A list fills a repeated cell; undefined leaves the cell empty. */
export type CellValue = string | number | bigint | boolean | readonly string[] | undefined;

export type Values = Readonly<Record<string, CellValue>>;

/** The header of a report. Dates are `YYYY-MM-DD`. */
export type DsrHeader = {
  /** Unique for each report, including failed ones. */
  readonly messageId: string;
  /** RFC 3339, UTC: `2026-02-10T09:00:00Z`. */
  readonly created: string;
  readonly usageStart: string;
  readonly usageEnd: string;
  readonly sender: readonly [dpid: string, name: string];
  readonly recipient: readonly [dpid: string, name: string];
  /** Without white space and underscores. */
  readonly service: string;
};

/** One line of a report: the name of the record and its cells by name. */
export type DsrRecord = readonly [record: string, values: Values];

/** The architecture's version (DSR part 1) as Basic Audio 1.2 names it. */
const MESSAGE_VERSION = 'dsrf/30';

/**
 * One line: the cells in the order of the record, separated by tabs.
 *
 * @throws {RangeError} for an unknown record or cell
 */
export const recordLine = (record: string, values: Values): string => {
  const cells = RECORDS[record];
  if (!cells) throw new RangeError(`There is no record ${record}.`);
  const names = new Set(cells.map(({ name }) => name));
  for (const name of Object.keys(values))
    if (!names.has(name)) throw new RangeError(`${record} has no cell ${name}.`);
  return cells.map(({ name }) => cellText(name === 'RecordType' ? record : values[name])).join('\t');
};

/** The lines before the blocks: header and summaries. */
export const headLines = (
  profile: Profile,
  header: DsrHeader,
  summaries: readonly DsrRecord[],
): readonly string[] => [
  recordLine('HEAD', headerValues(profile, header)),
  ...summaries.map(([record, values]) => recordLine(record, values)),
];

/** The footer with the counts that recipients check. `lines`: number of lines before it. */
export const footLine = (
  { footer }: Profile,
  counts: { readonly lines: number; readonly summaries: number; readonly blocks: number },
): string => {
  const lines = counts.lines + 1;
  const values: Values =
    footer === 'SRFO'
      ? { NumberOfLinesInReport: lines, NumberOfSummaryRecords: counts.summaries }
      : {
          NumberOfLinesInFile: lines,
          NumberOfLinesInReport: lines,
          NumberOfSummaryRecords: counts.summaries,
          NumberOfBlocksInFile: counts.blocks,
          NumberOfBlocksInReport: counts.blocks,
        };
  return recordLine(footer, values);
};

/**
 * All lines of a report: header, summaries, blocks and a footer with the counts that recipients check. Each of `blocks`
 * has the records of one block in the profile's order; in a profile without blocks, one line.
 */
export const dsrLines = (
  profile: Profile,
  header: DsrHeader,
  summaries: readonly DsrRecord[],
  blocks: readonly (readonly DsrRecord[])[],
): readonly string[] => {
  const lines = [
    ...headLines(profile, header, summaries),
    ...blocks.flat().map(([record, values]) => recordLine(record, values)),
  ];
  const counts = { lines: lines.length, summaries: summaries.length, blocks: blocks.length };
  return [...lines, footLine(profile, counts)];
};

const headerValues = ({ name, version }: Profile, header: DsrHeader): Values => ({
  MessageVersion: MESSAGE_VERSION,
  Profile: name,
  ProfileVersion: version,
  MessageId: header.messageId,
  MessageCreatedDateTime: header.created,
  FileNumber: 1,
  NumberOfFiles: 1,
  UsageStartDate: header.usageStart,
  UsageEndDate: header.usageEnd,
  SenderPartyId: header.sender[0],
  SenderName: header.sender[1],
  ServiceDescription: header.service,
  RecipientPartyId: header.recipient[0],
  RecipientName: header.recipient[1],
});

const cellText = (value: CellValue): string => {
  if (value === undefined) return '';
  if (typeof value === 'object') return value.map(escaped).join('|');
  return typeof value === 'string' ? escaped(value) : String(value);
};

/** Credits in ppm of one play as the decimal number of streams in SR02. */
export const streamsCell = (creditPpm: bigint): string => decimalOf(creditPpm).replace(/\.?0+$/, '');

/** Milliseconds as a DSR duration: `PT0H3M20S`, with decimals where needed. */
export const durationOf = (durationMs: number): string => {
  const seconds = Math.floor(durationMs / 1000);
  const fraction = durationMs % 1000 === 0 ? '' : `.${String(durationMs % 1000).padStart(3, '0')}`;
  return `PT${Math.floor(seconds / 3600)}H${Math.floor(seconds / 60) % 60}M${seconds % 60}${fraction}S`;
};
