import { addTo } from '../rules/shared-out.js';
import { compareBytes } from '../../shared/exact/byte-order.js';
import { type Journal, distributed } from './journals.js';
import type { Settlement } from './settlement.js';
import { accounts, type Booking, bookingsOf, type Penalty, type StatementLine } from './statement.js';

/** The books of a period: its statement and all restatements, added up. */
export type BookedStatement = {
  readonly lines: ReadonlyMap<string, StatementLine>;
  /** Micro-units by currency and account over all journals of the period. */
  readonly booked: ReadonlyMap<string, ReadonlyMap<string, bigint>>;
};

/** Adds the lines of a statement, which are deltas for a restatement, to `standing`. */
export const withLines = (
  standing: Map<string, StatementLine>,
  lines: Iterable<StatementLine>,
): Map<string, StatementLine> => {
  for (const line of lines) {
    const before = standing.get(line.trackId);
    standing.set(line.trackId, before ? sumOf(before, line, 1n) : line);
  }
  return standing;
};

/**
 * R13: the differences between the books and a new settlement, as lines and journals. Lines without difference are left
 * out.
 *
 * @param reason of the journals: `RELEASE` when only cases were released (edge case 43)
 */
export const restate = (
  periodId: string,
  standing: BookedStatement,
  now: Pick<Settlement, 'lines' | 'journals'>,
  reason: 'RESTATEMENT' | 'RELEASE' = 'RESTATEMENT',
): { readonly lines: readonly StatementLine[]; readonly journals: readonly Journal[] } => {
  const after = new Map(now.lines.map((line) => [line.trackId, line]));
  const ids = [...new Set([...standing.lines.keys(), ...after.keys()])].sort(compareBytes);
  const lines = ids
    .map((id) => sumOf(after.get(id) ?? emptyLine(id), standing.lines.get(id) ?? emptyLine(id), -1n))
    .filter(isChange);
  return { lines, journals: correcting(periodId, standing.booked, now.journals, reason) };
};

const emptyLine = (trackId: string): StatementLine => ({
  trackId,
  plays: 0,
  creditPpm: 0,
  amount: 0n,
  splits: [],
});

const isChange = (line: StatementLine): boolean =>
  line.plays !== 0 ||
  line.creditPpm !== 0 ||
  line.amount !== 0n ||
  line.splits.length > 0 ||
  line.penalty !== undefined ||
  line.belowEligibility !== undefined;

/** a + sign × b. */
const sumOf = (a: StatementLine, b: StatementLine, sign: 1n | -1n): StatementLine => {
  const penalty = penaltyOf(a.penalty, b.penalty, sign);
  const belowEligibility = (a.belowEligibility ?? 0) + Number(sign) * (b.belowEligibility ?? 0);
  return {
    trackId: a.trackId,
    plays: a.plays + Number(sign) * b.plays,
    creditPpm: a.creditPpm + Number(sign) * b.creditPpm,
    amount: a.amount + sign * b.amount,
    splits: added(a.splits, b.splits, sign),
    ...(penalty && { penalty }),
    ...(belowEligibility !== 0 && { belowEligibility }),
  };
};

const added = (a: readonly Booking[], b: readonly Booking[], sign: 1n | -1n): readonly Booking[] => {
  const sums = new Map<string, bigint>();
  for (const { account, amount } of a) addTo(sums, account, amount);
  for (const { account, amount } of b) addTo(sums, account, sign * amount);
  return bookingsOf(sums);
};

const penaltyOf = (a: Penalty | undefined, b: Penalty | undefined, sign: 1n | -1n): Penalty | undefined => {
  if (!a && !b) return undefined;
  const artificial = (a?.artificial ?? 0) + Number(sign) * (b?.artificial ?? 0);
  const charges = added(a?.charges ?? [], b?.charges ?? [], sign);
  return artificial === 0 && charges.length === 0 ? undefined : { artificial, charges };
};

/** Journals that change the booked balances to those of the new journals, by way of the pool. */
const correcting = (
  periodId: string,
  booked: BookedStatement['booked'],
  journals: readonly Journal[],
  reason: Journal['reason'],
): readonly Journal[] => {
  const target = bookedBy(journals);
  const currencies = [...new Set([...booked.keys(), ...target.keys()])].sort(compareBytes);
  return currencies.flatMap((currency) => {
    const deltas = new Map(target.get(currency));
    for (const [account, amount] of booked.get(currency) ?? []) addTo(deltas, account, -amount);
    const pool = accounts.pool(periodId);
    deltas.delete(pool);
    return distributed(reason, currency, pool, deltas);
  });
};

/** Micro-units by currency and account over journals. */
export const bookedBy = (
  journals: Iterable<Pick<Journal, 'currency' | 'lines'>>,
): Map<string, Map<string, bigint>> => {
  const booked = new Map<string, Map<string, bigint>>();
  for (const { currency, lines } of journals) {
    const sums = booked.get(currency) ?? new Map<string, bigint>();
    for (const { account, amount } of lines) addTo(sums, account, amount);
    booked.set(currency, sums);
  }
  return booked;
};
