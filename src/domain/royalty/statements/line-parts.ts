import { compareBytes } from '../../shared/exact/byte-order.js';
import { LINE_BOOKINGS_MAX, type RecordedLine } from './ledger-events.js';

/**
 * Splits a line into records of at most `LINE_BOOKINGS_MAX` accounts. Each record repeats the figures of the line.
 * Splits and charges of one account are in the same record.
 */
export const lineParts = (line: RecordedLine): readonly RecordedLine[] => {
  const { splits, penalty } = line;
  const accounts = new Set([...splits, ...(penalty?.charges ?? [])].map(({ account }) => account));
  if (accounts.size <= LINE_BOOKINGS_MAX) return [line];
  const inOrder = [...accounts].sort(compareBytes);
  const parts: RecordedLine[] = [];
  for (let at = 0; at < inOrder.length; at += LINE_BOOKINGS_MAX) {
    const chunk = new Set(inOrder.slice(at, at + LINE_BOOKINGS_MAX));
    const isInChunk = ({ account }: { readonly account: string }): boolean => chunk.has(account);
    parts.push({
      ...line,
      splits: splits.filter(isInChunk),
      ...(penalty && { penalty: { ...penalty, charges: penalty.charges.filter(isInChunk) } }),
      ...(at > 0 && { part: parts.length }),
    });
  }
  return parts;
};

/** Appends the bookings of the next record to a line. */
export const withNextPart = <Line extends RecordedLine>(
  line: Line,
  { splits, penalty }: RecordedLine,
): Line => ({
  ...line,
  splits: [...line.splits, ...splits],
  ...(line.penalty && {
    penalty: { ...line.penalty, charges: [...line.penalty.charges, ...(penalty?.charges ?? [])] },
  }),
});

/** Joins records into lines, in order. */
export const joinedParts = (records: Iterable<RecordedLine>): readonly RecordedLine[] => {
  const lines: RecordedLine[] = [];
  for (const record of records) {
    const last = lines.at(-1);
    if (record.part === undefined || !last) lines.push(record);
    else lines[lines.length - 1] = withNextPart(last, record);
  }
  return lines;
};
