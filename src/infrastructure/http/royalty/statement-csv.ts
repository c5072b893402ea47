import type { ExportedLine } from '../../../application/royalty/statement-export.js';
import type { Statement } from '../../../projections/royalty/statements.js';
import { decimalOf } from '../../../domain/shared/money.js';

const COLUMNS = [
  'period',
  'statement',
  'track_id',
  'isrc',
  'title',
  'artist',
  'plays',
  'streams',
  'currency',
  'track_amount',
  'account',
  'account_amount',
  'of_which_penalty',
];

/** RFC 4180. One row for each account of each line: the sum of `account_amount` is the money of the statement. */
export async function* statementCsv(
  { periodId, number, summary }: Statement,
  pages: AsyncIterable<readonly ExportedLine[]>,
): AsyncGenerator<string> {
  yield `${COLUMNS.join(',')}\r\n`;
  for await (const page of pages) {
    let rows = '';
    for (const line of page) {
      const track = [
        text(periodId),
        String(number),
        text(line.trackId),
        text(line.isrc ?? ''),
        text(line.title),
        text(line.artist),
        String(line.plays),
        decimalOf(String(line.creditPpm)),
        summary?.currency ?? '',
        decimalOf(line.amount),
      ].join(',');
      const splits = line.splits.length === 0 ? [{ account: '', amount: '0' }] : line.splits;
      const charges = new Map(line.penalty?.charges.map(({ account, amount }) => [account, amount]));
      for (const { account, amount } of splits) {
        const penalty = decimalOf(charges.get(account) ?? '0');
        rows += `${track},${text(account)},${decimalOf(amount)},${penalty}\r\n`;
      }
    }
    if (rows !== '') yield rows;
  }
}

/**
 * A cell with text from outside. Spreadsheets run text that begins like a formula; an apostrophe in front makes them show
 * it as text (OWASP, CSV injection).
 */
const text = (value: string): string => {
  const harmless = /^[=+\-@\t\r＝＋－＠]/u.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) || harmless !== value ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};
