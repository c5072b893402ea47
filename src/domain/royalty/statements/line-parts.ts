import { compareBytes } from '../../shared/exact/byte-order.js';
import { LINE_BOOKINGS_MAX, type RecordedLine } from './ledger-events.js';

/**
 * A line in as many records as its bookings take. Each says the figures of the whole line; what a party has, and what it is
 * charged of it, are in the same record.
 */
export const lineParts = (line: RecordedLine): readonly RecordedLine[] => {
  const { splits, penalty } = line;
  const accounts = new Set([...splits, ...(penalty?.charges ?? [])].map(({ account }) => account));
  if (accounts.size <= LINE_BOOKINGS_MAX) return [line];
  const inOrder = [...accounts].sort(compareBytes);
  const parts: RecordedLine[] = [];
  for (let at = 0; at < inOrder.length; at += LINE_BOOKINGS_MAX) {
    const some = new Set(inOrder.slice(at, at + LINE_BOOKINGS_MAX));
    const own = ({ account }: { readonly account: string }): boolean => some.has(account);
    parts.push({
      ...line,
      splits: splits.filter(own),
      ...(penalty && { penalty: { ...penalty, charges: penalty.charges.filter(own) } }),
      ...(at > 0 && { part: parts.length }),
    });
  }
  return parts;
};

/** A line with its next part. */
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

/** Lines in their order, each whole again. */
export const joinedParts = (records: Iterable<RecordedLine>): readonly RecordedLine[] => {
  const lines: RecordedLine[] = [];
  for (const record of records) {
    const last = lines.at(-1);
    if (record.part === undefined || !last) lines.push(record);
    else lines[lines.length - 1] = withNextPart(last, record);
  }
  return lines;
};
