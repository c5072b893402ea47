import { isMonth, type Month } from '../../shared/calendar.js';
import { isOffering, type Offering } from '../../shared/offering.js';
import { isTerritory, type Territory } from '../../shared/territory.js';

/** The unit of settlement: an offering in a territory in a UTC month. */
export type Period = { readonly offering: Offering; readonly territory: Territory; readonly month: Month };

/** `<offering>.<territory>.<YYYY-MM>`; none of the three contains a dot. */
export const periodIdOf = ({ offering, territory, month }: Period): string =>
  `${offering}.${territory}.${month}`;

/** Parses a period id; undefined when it is not valid. */
export const periodOf = (periodId: string): Period | undefined => {
  const [offering = '', territory = '', month = '', ...more] = periodId.split('.');
  const isPeriod = more.length === 0 && isOffering(offering) && isTerritory(territory) && isMonth(month);
  return isPeriod ? { offering, territory, month } : undefined;
};
