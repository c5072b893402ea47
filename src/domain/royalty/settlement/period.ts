import { isMonth, type Month, monthEnd, monthStart } from '../../shared/calendar.js';
import { isOffering, type Offering } from '../../shared/offering.js';
import { isTerritory, type Territory } from '../../shared/territory.js';

/** What is settled at once: the plays of one offering in one territory that began in one UTC month. */
export type Period = {
  readonly offering: Offering;
  readonly territory: Territory;
  readonly month: Month;
};

/** `<offering>.<territory>.<YYYY-MM>`. None of the three holds a dot. */
export const periodIdOf = ({ offering, territory, month }: Period): string =>
  `${offering}.${territory}.${month}`;

/** The period of an id; undefined when it is none. */
export const parsePeriodId = (id: string): Period | undefined => {
  const [offering = '', territory = '', month = '', ...rest] = id.split('.');
  const isPeriod = rest.length === 0 && isOffering(offering) && isTerritory(territory) && isMonth(month);
  return isPeriod ? { offering, territory, month } : undefined;
};

const DAY_MS = 86_400_000;

/**
 * How long before the month plays are looked at for what reaches into it: a play that still goes on (R16), a day that
 * has begun on a device of another time (F2).
 */
const OVERLAP_MS = 2 * DAY_MS;

/** How far back a straight run is followed (R5). */
const RUN_MS = 31 * DAY_MS;

/** Plays that began in [from, start) are looked at, but belong to other months; those in [start, end) are the month's. */
export type Window = { readonly from: number; readonly start: number; readonly end: number };

export const windowOf = (month: Month, followsRuns: boolean): Window => {
  const start = monthStart(month);
  return { from: Math.max(0, start - (followsRuns ? RUN_MS : OVERLAP_MS)), start, end: monthEnd(month) };
};
