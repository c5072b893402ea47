import { JOURNAL_LINES_MAX, type JournalReason } from './ledger-events.js';
import { addTo } from '../rules/shared-out.js';
import type { Figures } from '../sharing/figures.js';
import type { Shared } from '../sharing/pools.js';
import { accounts, type Booking, bookingsOf, type StatementLine } from './statement.js';

/** A journal of the ledger in micro-units of `currency`. Double entry: its lines add up to 0 (I1). */
export type Journal = {
  readonly reason: JournalReason;
  readonly currency: string;
  readonly lines: readonly Booking[];
};

/**
 * The journals of a period's close: revenue to pool and platform, foreign currencies by way of `fx:residue`, and the
 * pool to the accounts of the statement's lines.
 */
export const journalsOf = (
  periodId: string,
  figures: Figures,
  shared: Shared,
  lines: readonly StatementLine[],
): readonly Journal[] => [
  ...revenueJournals(periodId, figures, shared),
  ...distributed('SETTLEMENT', shared.currency, accounts.pool(periodId), totalsOf(lines, shared.suspense)),
];

/** Micro-units by account over all lines and suspense. */
export const totalsOf = (
  lines: readonly StatementLine[],
  suspense: Shared['suspense'],
): ReadonlyMap<string, bigint> => {
  const totals = new Map<string, bigint>();
  for (const { splits } of lines) for (const { account, amount } of splits) addTo(totals, account, amount);
  for (const { reason, amount } of suspense) addTo(totals, accounts.suspense(reason), amount);
  return totals;
};

/** Books from one account to many, in journals of at most `JOURNAL_LINES_MAX` lines; each adds up to 0. */
export const distributed = (
  reason: Journal['reason'],
  currency: string,
  from: string,
  totals: ReadonlyMap<string, bigint>,
): readonly Journal[] => {
  const bookings = bookingsOf(totals);
  const journals: Journal[] = [];
  for (let at = 0; at < bookings.length; at += JOURNAL_LINES_MAX - 1) {
    const chunk = bookings.slice(at, at + JOURNAL_LINES_MAX - 1);
    const sum = chunk.reduce((total, { amount }) => total + amount, 0n);
    const contra = sum === 0n ? [] : [{ account: from, amount: -sum }];
    journals.push({ reason, currency, lines: [...contra, ...chunk] });
  }
  return journals;
};

const revenueJournals = (periodId: string, figures: Figures, shared: Shared): readonly Journal[] => {
  const { currency, pool, platform, exchanges } = shared;
  const foreign = exchanges.flatMap(({ currency: from, amount }): Journal[] => {
    const received = figures.revenue.get(from) ?? amount;
    const sums = new Map<string, bigint>();
    addTo(sums, accounts.bank, -received);
    addTo(sums, accounts.fxResidue, amount);
    addTo(sums, accounts.platform, received - amount);
    return received === 0n ? [] : [{ reason: 'EXCHANGE', currency: from, lines: bookingsOf(sums) }];
  });
  const changed = exchanges.reduce((sum, { converted }) => sum + converted, 0n);
  const sums = new Map<string, bigint>();
  addTo(sums, accounts.bank, changed - pool - platform);
  addTo(sums, accounts.fxResidue, -changed);
  addTo(sums, accounts.pool(periodId), pool);
  addTo(sums, accounts.platform, platform);
  const own = bookingsOf(sums);
  return [...foreign, ...(own.length === 0 ? [] : [{ reason: 'REVENUE' as const, currency, lines: own }])];
};
