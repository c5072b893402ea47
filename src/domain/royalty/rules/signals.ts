import { PPM, productAtLeast } from '../../shared/exact/integers.js';
import { DAY_MS } from '../../shared/civil-date.js';

// Integrity rules over recorded integers with published parameters. They open cases or mark plays; none moves money.
// F1 is concurrency.ts, F3 straight-runs.ts, F5 the user cap of artist-centric.ts.

/** F7: plays that stop just after the threshold. */
export type ShortStopPolicy = {
  /** Milliseconds listened, [from, to). */
  readonly bandMs: readonly [from: number, to: number];
  readonly shareAtLeastPpm: number;
  /** Least number of plays for the rule to apply. */
  readonly minPlays: number;
};

export type ShortStops = { readonly inBand: number; readonly total: number; readonly flagged: boolean };

/** F7: how many of a track's counted plays end in the band. */
export const isShortStopped = (
  { shareAtLeastPpm, minPlays }: ShortStopPolicy,
  inBand: number,
  total: number,
): boolean => total >= minPlays && productAtLeast(inBand, PPM, total, shareAtLeastPpm);

export const shortStops = (
  policy: ShortStopPolicy,
  plays: Iterable<readonly [listenedMs: number, count: number]>,
): ShortStops => {
  const [from, to] = policy.bandMs;
  let inBand = 0;
  let total = 0;
  for (const [listenedMs, count] of plays) {
    total += count;
    if (listenedMs >= from && listenedMs < to) inBand += count;
  }
  return { inBand, total, flagged: isShortStopped(policy, inBand, total) };
};

/** F4: too many plays of one track by one user in one UTC day. */
export const isRepeated = (policy: { readonly playsPerDayMax: number }, plays: number): boolean =>
  plays > policy.playsPerDayMax;

/** Parameters of F6. Distances are data: computed ones could differ between machines. */
export type TravelPolicy = {
  readonly kmPerHourMax: number;
  /** Shortest distance between two territories, whole kilometres. A pair that is not listed is near. */
  readonly distances?: readonly Distance[];
};
export type Distance = { readonly between: readonly [string, string]; readonly km: number };

/** F6: two plays are farther apart than a person can travel in the time between them. */
export const isImpossibleTravel = (
  policy: Pick<TravelPolicy, 'kmPerHourMax'>,
  km: number,
  betweenMs: number,
): boolean => !productAtLeast(policy.kmPerHourMax, betweenMs, km, 3_600_000);

/** Kilometres between two territories, in either direction; 0 where the table has none. */
export const distanceIn = ({ distances = [] }: TravelPolicy): ((a: string, b: string) => number) => {
  const table = new Map(distances.map(({ between, km }) => [[...between].sort().join(' '), km]));
  return (a, b) => table.get([a, b].sort().join(' ')) ?? 0;
};

/** F8: too many accounts on one device, or in one /24 or /64, in a day. */
export const isCluster = (policy: { readonly accountsMax: number }, accounts: number): boolean =>
  accounts > policy.accountsMax;

/** Parameters of F9. */
export type ConcentrationPolicy = {
  /** Share of a track's accounts that are the most active ones, ppm; at least one account. */
  readonly topAccountsPpm: number;
  /** Share of the track's credits from which the rule applies, ppm. */
  readonly shareAtLeastPpm: number;
  /** Growth from one week to the next from which the rule applies, as a factor. */
  readonly growthAtLeast: number;
};

/** F9: a few accounts make up most of a track. `credits`: one number for each account that played it. */
export const isConcentrated = (policy: ConcentrationPolicy, credits: readonly number[]): boolean => {
  if (credits.length === 0) return false;
  const most = [...credits].sort((a, b) => b - a);
  const topAccounts = Math.max(1, Math.floor((credits.length * policy.topAccountsPpm) / PPM));
  const top = most.slice(0, topAccounts).reduce((sum, credit) => sum + credit, 0);
  const all = most.reduce((sum, credit) => sum + credit, 0);
  return all > 0 && productAtLeast(top, PPM, all, policy.shareAtLeastPpm);
};

/** F9: a track multiplied from one week to the next. Growth from 0 is not judged. */
export const isSurge = (policy: ConcentrationPolicy, lastWeek: number, thisWeek: number): boolean =>
  lastWeek > 0 && productAtLeast(thisWeek, 1, lastWeek, policy.growthAtLeast);

/** F11: media played faster than the clock. R1 has already capped the listening. */
export const isSpedUp = (
  policy: { readonly speedMaxPpm: number },
  mediaMs: number,
  wallMs: number,
): boolean => !productAtLeast(wallMs, policy.speedMaxPpm, mediaMs, PPM);

/** F12: the listener is also paid for the track. The play counts all the same (edge case 45). */
export const isOwnContent = (linkedParties: ReadonlySet<string>, payees: Iterable<string>): boolean => {
  for (const payee of payees) if (linkedParties.has(payee)) return true;
  return false;
};

/** F10: frequency of each leading digit, index 1 to 9. A report for people; opens no case. */
export const leadingDigits = (counts: Iterable<number>): readonly number[] => {
  const digits = Array.from({ length: 10 }, () => 0);
  for (const count of counts) {
    const first = Number(String(count)[0]);
    if (count > 0) digits[first] = (digits[first] ?? 0) + 1;
  }
  return digits;
};

/** F10: plays by hour of the UTC day, index 0 to 23. */
export const hoursOfDay = (startedAt: Iterable<number>): readonly number[] => {
  const hours = Array.from({ length: 24 }, () => 0);
  for (const at of startedAt) {
    const hour = Math.floor((((at % DAY_MS) + DAY_MS) % DAY_MS) / 3_600_000);
    hours[hour] = (hours[hour] ?? 0) + 1;
  }
  return hours;
};
