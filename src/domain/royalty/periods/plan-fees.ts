import { type Rejection, reject } from '../../decider.js';
import { compareBytes } from '../../shared/exact/byte-order.js';
import { type Month, monthEnd, monthStart } from '../../shared/calendar.js';
import { isAmount, type Micros } from '../../shared/money.js';
import { feeByDay } from '../rules/mechanical.js';
import type { ListenerFee } from './period-events.js';
import { addTo } from '../rules/shared-out.js';
import { splitEqually } from '../rules/shares.js';
import { DAY_MS } from '../../shared/civil-date.js';

/** The price of a plan for all its members: `amount` for a whole month, in force on `days` days of it. */
export type PlanFee = {
  /** Listeners: one, or the members of a family. */
  readonly members: readonly string[];
  readonly prices: readonly { readonly amount: Micros; readonly days: number }[];
};

export type PlanFeeRejection = Rejection<'BadAmount' | 'BadListenerFees' | 'DateOutsidePeriod'>;

/** Maximum number of members of a plan, and of its prices within a month. */
export const MEMBERS_MAX = 100;
export const PRICES_MAX = 31;

/**
 * Fees by listener, in micro-units: the price of each plan prorated by day and floored once to the micro-unit (edge
 * case 34), then divided equally among its members (edge case 33, R6). Fees of a member of several plans add up.
 *
 * @returns in order of listener, by bytes
 */
export const feesOfPlans = (
  plans: readonly PlanFee[],
  month: Month,
): readonly ListenerFee[] | PlanFeeRejection => {
  const days = (monthEnd(month) - monthStart(month)) / DAY_MS;
  const fees = new Map<string, bigint>();
  for (const plan of plans) {
    const bad = problemOf(plan, days);
    if (bad) return bad;
    const prices = plan.prices.map(({ amount, days }) => ({ fee: BigInt(amount), days }));
    for (const [member, part] of splitEqually(feeByDay(days, prices), plan.members))
      addTo(fees, member, part);
  }
  return Array.from(fees, ([listenerId, amount]) => ({ listenerId, amount: String(amount) })).sort((a, b) =>
    compareBytes(a.listenerId, b.listenerId),
  );
};

const problemOf = ({ members, prices }: PlanFee, days: number): PlanFeeRejection | undefined => {
  if (!isCount(members.length, MEMBERS_MAX) || new Set(members).size < members.length)
    return reject('BadListenerFees', `A plan must have 1 to ${MEMBERS_MAX} members, each only once.`);
  if (!isCount(prices.length, PRICES_MAX))
    return reject('BadListenerFees', `A plan must have 1 to ${PRICES_MAX} prices in a month.`);
  if (!prices.every(({ amount }) => isAmount(amount)))
    return reject('BadAmount', 'A price must be 0 or more.');
  const held = prices.reduce((sum, price) => sum + (isCount(price.days, days) ? price.days : days + 1), 0);
  return held > days
    ? reject('DateOutsidePeriod', `The days of all prices together must be 1 to ${days}.`)
    : undefined;
};

const isCount = (value: number, most: number): boolean =>
  Number.isSafeInteger(value) && value >= 1 && value <= most;
