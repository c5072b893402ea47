/** A day of the proleptic Gregorian calendar. `month` 1 to 12, `day` 1 to 31. */
export type CivilDate = { readonly year: number; readonly month: number; readonly day: number };

/** Milliseconds of a UTC day: epoch time has no leap seconds. */
export const DAY_MS = 86_400_000;

/** Days since 1970-01-01, which is 0. After Howard Hinnant's `days_from_civil`: integers only, no time zone, no clock. */
export const dayNumber = ({ year, month, day }: CivilDate): number => {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
};

/** The UTC day of an instant in epoch milliseconds. There are no leap seconds in epoch time. */
export const civilDate = (epochMs: number): CivilDate => {
  const shifted = Math.floor(epochMs / DAY_MS) + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1_460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9);
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
};

export const daysInMonth = (year: number, month: number): number => {
  const next = month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 };
  return dayNumber(next) - dayNumber({ year, month, day: 1 });
};

/** Reads `YYYY-MM-DD`; undefined when it is not a day of the calendar. */
export const parseDate = (text: string): CivilDate | undefined => {
  const [, y, m, d] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  if (y === undefined || m === undefined || d === undefined) return undefined;
  const date = { year: Number(y), month: Number(m), day: Number(d) };
  const exists =
    date.month >= 1 && date.month <= 12 && date.day >= 1 && date.day <= daysInMonth(date.year, date.month);
  return exists ? date : undefined;
};
