/** A calendar month in UTC, `YYYY-MM`, years 0000 to 9999. Text order is time order. */
export type Month = string;

const DAY_MS = 86_400_000;
/** Days in 400 years of the Gregorian calendar, after which it repeats. */
const ERA_DAYS = 146_097;
/** Days from 0000-03-01 to 1970-01-01. */
const EPOCH_DAYS = 719_468;

/** The month that holds an instant (UTC, epoch milliseconds). A month begins with its first millisecond. */
export const monthOf = (instant: number): Month => {
  // Years that begin in March put the leap day last, so that a day's number alone tells its month.
  const day = Math.floor(instant / DAY_MS) + EPOCH_DAYS;
  const era = Math.floor(day / ERA_DAYS);
  const dayOfEra = day - era * ERA_DAYS;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
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

export const isMonth = (text: string): boolean => /^\d{4}-(?:0[1-9]|1[0-2])$/.test(text);

const yearAndMonth = (month: Month): readonly [number, number] => [
  Number(month.slice(0, 4)),
  Number(month.slice(5, 7)),
];

/** Days from 1970-01-01 to the first day of a month. */
const firstDay = (year: number, month: number): number => {
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const monthFromMarch = month > 2 ? month - 3 : month + 9;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5);
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * ERA_DAYS + dayOfEra - EPOCH_DAYS;
};
