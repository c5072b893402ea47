import { type CivilDate, dayNumber, daysInMonth, parseDate } from '../../shared/civil-date.js';
import type { DsrHeader } from './writer.js';

/**
 * `DSR_Recipient_Sender_Service_Period_Territory_xofy_yyyymmddThhmmss.tsv` (DSR part 1). White space and underscores
 * inside a part become hyphens, because underscores separate the parts.
 */
export const dsrFileName = (header: DsrHeader, territory: string): string => {
  const parts = [
    'DSR',
    header.recipient[0],
    header.sender[0],
    header.service,
    dsrPeriod(header.usageStart, header.usageEnd),
    territory,
    '1of1',
    header.created.replace(/[-:]|(\.\d+)?(Z|[+-]\d{2}:\d{2})$/g, ''),
  ];
  return `${parts.map((part) => part.replace(/[\s_]+/g, '-')).join('_')}.tsv`;
};

/** The shortest notation of a period: a year, quarter, month, ISO week or day, else the range `start--end`. */
export const dsrPeriod = (start: string, end: string): string => {
  const from = parseDate(start);
  const to = parseDate(end);
  if (!from || !to) return `${start}--${end}`;
  if (start === end) return start;
  const months = (to.year - from.year) * 12 + to.month - from.month + 1;
  if (from.day === 1 && to.day === daysInMonth(to.year, to.month)) {
    const year = start.slice(0, 4);
    if (months === 1) return start.slice(0, 7);
    if (months === 12 && from.month === 1) return year;
    if (months === 3 && from.month % 3 === 1) return `${year}-Q${(from.month + 2) / 3}`;
  }
  return weekOf(from, to) ?? `${start}--${end}`;
};

/** ISO 8601: weeks begin on Monday and belong to the year of their Thursday. */
const weekOf = (from: CivilDate, to: CivilDate): string | undefined => {
  const monday = dayNumber(from);
  // 1970-01-01, day 0, was a Thursday.
  const isMonday = (((monday + 3) % 7) + 7) % 7 === 0;
  if (!isMonday || dayNumber(to) !== monday + 6) return undefined;
  const thursday = monday + 3;
  const year = thursday >= dayNumber({ year: to.year, month: 1, day: 1 }) ? to.year : from.year;
  const week = Math.floor((thursday - dayNumber({ year, month: 1, day: 1 })) / 7) + 1;
  return `${String(year).padStart(4, '0')}-W${String(week).padStart(2, '0')}`;
};
