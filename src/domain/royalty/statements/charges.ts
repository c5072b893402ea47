import { compareBytes } from '../../shared/exact/byte-order.js';
import { allocate, allocateAmong } from '../rules/allocate.js';
import { flatPenalty, percentPenalty } from '../rules/penalties.js';
import { performanceRateIn, type Ruleset } from '../rulesets/ruleset.js';
import { splitByShares } from '../rules/shares.js';
import { addTo } from '../rules/shared-out.js';
import type { Shared } from '../sharing/pools.js';
import type { ShareTimeline } from '../counting/share-timeline.js';
import { accounts, type Booking, bookingsOf, type Penalty } from './statement.js';
import type { TrackUsage } from '../sharing/usage.js';

/** Penalties by track, and the amounts of all tracks after the penalties returned to the pool. */
export type Charged = Pick<Shared, 'amounts' | 'suspense'> & {
  readonly penalties: ReadonlyMap<string, Penalty>;
};

/**
 * R18: charges payees for the artificial plays of their tracks. The penalties return to the pool and are allocated to
 * all tracks by earnings, or to suspense if none has any. Payees are charged by their shares at the time of the
 * artificial plays. Unmatched and disputed shares are not charged; a restatement may charge them later.
 */
export const charge = (
  ruleset: Ruleset,
  year: number,
  shared: Shared,
  tracks: readonly TrackUsage[],
): Charged => {
  if (!tracks.some(({ artificial }) => artificial)) return { ...shared, penalties: new Map() };
  const valueOf = valuation(ruleset, year, shared.pool, tracks);
  const penalties = new Map<string, Penalty>();
  let total = 0n;
  for (const track of tracks) {
    const { artificial, trackId, timeline } = track;
    if (!artificial) continue;
    const due = dueOf(ruleset, track, artificial, valueOf);
    const charges = chargesOf(due, artificial.credits, timeline);
    if (charges.length === 0) continue;
    penalties.set(trackId, { artificial: artificial.plays, charges });
    for (const { amount } of charges) total -= amount;
  }
  if (total === 0n) return { ...shared, penalties };

  const earned = shared.amounts.map((amount) => (amount > 0n ? amount : 0n));
  const ids = tracks.map(({ trackId }) => trackId);
  const back = allocateAmong(total, ids, earned);
  if (!back)
    return { ...shared, suspense: [...shared.suspense, { reason: 'PENALTIES', amount: total }], penalties };
  return { ...shared, amounts: shared.amounts.map((amount, i) => amount + (back[i] ?? 0n)), penalties };
};

/** Whether a track gets a line. Artificial plays without a penalty make none. */
export const hasLine = (
  { plays, trackId, belowEligibility }: TrackUsage,
  { penalties }: Pick<Charged, 'penalties'>,
): boolean => plays > 0 || belowEligibility > 0 || penalties.has(trackId);

type Artificial = NonNullable<TrackUsage['artificial']>;

const dueOf = (
  { penalties: { flat, percentPpm } }: Ruleset,
  { plays }: TrackUsage,
  artificial: Artificial,
  valueOf: (artificial: Artificial) => bigint,
): bigint => {
  const share = { artificial: artificial.plays, total: plays + artificial.plays };
  const fee = flat ? flatPenalty({ ...flat, feePerTrack: BigInt(flat.feePerTrack) }, share) : 0n;
  return percentPpm === null ? fee : fee + percentPenalty(percentPpm, valueOf(artificial), 0n).penalty;
};

/** Value of artificial plays: their part of the pool by credit, as if they had been counted. */
const valuation = (
  { sharing }: Ruleset,
  year: number,
  pool: bigint,
  tracks: readonly TrackUsage[],
): ((artificial: Artificial) => bigint) => {
  if (sharing.model === 'perPerformance') {
    const rate = performanceRateIn(sharing.rates, year) ?? 0n;
    return ({ plays }) => BigInt(plays) * rate;
  }
  let all = 0n;
  for (const { creditPpm, artificial } of tracks)
    all += BigInt(creditPpm) + (artificial ? creditsOf(artificial) : 0n);
  return (artificial) => (pool > 0n && all > 0n ? (pool * creditsOf(artificial)) / all : 0n);
};

const creditsOf = ({ credits }: Artificial): bigint =>
  credits.reduce((sum, credit) => sum + BigInt(credit), 0n);

/** Allocates by R6 over the entries of the timeline, then by R11 within each. */
const chargesOf = (due: bigint, credits: readonly number[], timeline: ShareTimeline): readonly Booking[] => {
  const entries = new Map(credits.map((credit, entry) => [entryId(entry), BigInt(credit)]));
  const { parts } = allocate(due, entries);
  const sums = new Map<string, bigint>();
  for (const [entry, { shares }] of timeline.entries()) {
    const split = splitByShares(parts.get(entryId(entry)) ?? 0n, shares);
    for (const [party, part] of [...split.payable].sort(([a], [b]) => compareBytes(a, b)))
      addTo(sums, accounts.payee(party), -part);
  }
  return bookingsOf(sums);
};

/** Padded, so that text order is time order. */
const entryId = (entry: number): string => String(entry).padStart(6, '0');
