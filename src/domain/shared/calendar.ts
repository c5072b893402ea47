import { DAY_MS, civilDate, dayNumber } from './civil-date.js';

/** A calendar month in UTC, `YYYY-MM`, years 0000 to 9999. Text order is time order. */
export type Month = string;

/** The month that holds an instant (UTC, epoch milliseconds). A month begins with its first millisecond. */
export const monthOf = (instant: number): Month => {
  const { year, month } = civilDate(instant);
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`;
};

/** First millisecond of the month (UTC, epoch milliseconds). */
export const monthStart = (month: Month): number => {
  const [year, number] = yearAndMonth(month);
  return firstDay(year, number) * DAY_MS;
};

/** First millisecond after the month: an instant is in it when `monthStart <= instant < monthEnd`. */
export const monthEnd = (month: Month): number => {
  const [year, number] = yearAndMonth(month);
  return (number === 12 ? firstDay(year + 1, 1) : firstDay(year, number + 1)) * DAY_MS;
};

/** The `count` months before a month, the latest first. */
export const monthsBefore = (month: Month, count: number): readonly Month[] => {
  const [year, number] = yearAndMonth(month);
  const index = year * 12 + number - 1;
  return Array.from({ length: Math.min(count, index) }, (_, back) => {
    const before = index - back - 1;
    const text = [Math.floor(before / 12), (before % 12) + 1];
    return `${String(text[0]).padStart(4, '0')}-${String(text[1]).padStart(2, '0')}`;
  });
};

export const isMonth = (text: string): boolean => /^\d{4}-(?:0[1-9]|1[0-2])$/.test(text);

const yearAndMonth = (month: Month): readonly [number, number] => [
  Number(month.slice(0, 4)),
  Number(month.slice(5, 7)),
];

/** Days from 1970-01-01 to the first day of a month. */
const firstDay = (year: number, month: number): number => dayNumber({ year, month, day: 1 });
