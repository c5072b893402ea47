import { createHash } from 'node:crypto';
import { Fraction } from 'fraction.js';
import { add, allocateExactly, byBytes, floorOf, type Sums, table } from './exact.js';
import { creditOf, mergedBy, type OraclePolicy, type OracleReport, overtimeTenthsOf } from './plays.js';

// The operations that answer.ts omits, implemented independently from the text of the rules.

type Texts = Record<string, string>;
const sums = (texts: Texts): Sums => {
  const all: Sums = table();
  for (const [id, text] of Object.entries(texts)) all[id] = BigInt(text);
  return all;
};

export const proRata = ({ pool, credits }: { pool: string; credits: Texts }) => {
  const { parts, unallocated } = allocateExactly(BigInt(pool), sums(credits));
  return { tracks: parts, suspense: unallocated };
};

export const mergeReports = (
  policy: OraclePolicy,
  { durationMs, reports }: { durationMs: number; reports: OracleReport[] },
) => {
  const { distinctReports, plays } = mergedBy(reports, () => durationMs);
  const merged = table<{ uniqueMs: number; creditPpm: number; held?: string }>();
  let totalCreditPpm = 0;
  for (const [id, { segments, isHeld }] of Object.entries(plays)) {
    const { uniqueMs, creditPpm } = creditOf(policy, segments, durationMs);
    totalCreditPpm += creditPpm;
    merged[id] = { uniqueMs, creditPpm, ...(isHeld ? { held: 'CONFLICTING_REPORT' } : {}) };
  }
  return { distinctReports, plays: merged, totalCreditPpm };
};

type Timed = { playbackId: string; startedAt: number; endedAt: number };

/** R16: compares each play with those accepted before it. */
export const concurrency = (
  policy: { maxStreams: number; overlapToleranceMs: number },
  { plays }: { plays: readonly Timed[] },
) => {
  const ordered = [...plays].sort((a, b) => a.startedAt - b.startedAt || byBytes(a.playbackId, b.playbackId));
  const accepted: Timed[] = [];
  const rejected: string[] = [];
  for (const play of ordered) {
    const going = accepted.filter(({ endedAt }) => endedAt - policy.overlapToleranceMs > play.startedAt);
    if (going.length < policy.maxStreams) accepted.push(play);
    else rejected.push(play.playbackId);
  }
  return { accepted: accepted.map(({ playbackId }) => playbackId), rejected };
};

export const straightPlays = (
  { limit }: { limit: number },
  { sequence }: { sequence: [string, number][] },
) => {
  const plays = sequence.flatMap(([track, count]) => Array.from({ length: count }, () => track));
  const counted = table<number>();
  for (const [track] of sequence) counted[track] = 0;
  for (const [i, track] of plays.entries()) {
    let inARow = 1;
    while (inARow <= i && plays[i - inARow] === track) inARow += 1;
    if (inARow <= limit) counted[track] = (counted[track] ?? 0) + 1;
  }
  return counted;
};

type TimedPlay = Timed & {
  wallMs: number;
  offline: boolean;
  lease?: { issuedAt: number; expiresAt: number };
};

export const timeValidation = (
  policy: { skewToleranceMs: number; maxLateMs: number },
  { receivedAt, sentAt, plays }: { receivedAt: number; sentAt: number; plays: TimedPlay[] },
) => {
  const offset = receivedAt - sentAt;
  const applied = offset > policy.skewToleranceMs || offset < -policy.skewToleranceMs ? offset : 0;
  return {
    appliedOffsetMs: applied,
    plays: plays.map(({ playbackId, startedAt: start, endedAt: end, wallMs, offline, lease }) => {
      const [startedAt, endedAt] = [start + applied, end + applied];
      const faults: [boolean, string][] = [
        [endedAt < startedAt, 'NEGATIVE_DURATION'],
        [endedAt - receivedAt > policy.skewToleranceMs, 'FUTURE'],
        [receivedAt - startedAt > policy.maxLateMs, 'TOO_OLD'],
        [offline && !(lease && startedAt >= lease.issuedAt && startedAt < lease.expiresAt), 'OUTSIDE_LEASE'],
        [wallMs - (endedAt - startedAt) > policy.skewToleranceMs, 'LONGER_THAN_WALL'],
      ];
      const reason = faults.find(([is]) => is)?.[1] ?? null;
      return { playbackId, startedAt, endedAt, accepted: reason === null, reason };
    }),
  };
};

export const eligibility = (
  policy: { minStreams: number; windowMonths: number; minListeners: number | null },
  { monthly, listeners }: { monthly: number[]; listeners?: number[] },
) => ({
  poolStreams: monthly.map((streams, month) => {
    const window = monthly.slice(Math.max(0, month - policy.windowMonths + 1), month + 1);
    const enough = window.reduce((a, b) => a + b, 0) >= policy.minStreams;
    const heard = policy.minListeners === null || (listeners?.[month] ?? 0) >= policy.minListeners;
    return enough && heard ? streams : 0;
  }),
});

export const flatPenalty = (
  policy: { thresholdPpm: number; feePerTrack: string },
  { tracks }: { tracks: Record<string, { artificial: number; total: number }> },
) => {
  const fees: Sums = table();
  let total = 0n;
  for (const [id, { artificial, total: all }] of Object.entries(tracks)) {
    const isAbove =
      new Fraction(artificial).mul(1_000_000).compare(new Fraction(policy.thresholdPpm).mul(all)) > 0;
    fees[id] = isAbove ? BigInt(policy.feePerTrack) : 0n;
    total += fees[id];
  }
  return { fees, total };
};

export const percentPenalty = (
  { penaltyPpm }: { penaltyPpm: number },
  { artificialValue, labelPayable }: { artificialValue: string; labelPayable: string },
) => {
  const penalty = floorOf(new Fraction(artificialValue).mul(penaltyPpm).div(1_000_000));
  return { penalty, labelPayable: BigInt(labelPayable) - penalty, poolCredit: penalty };
};

export const overtime = ({ durationsMs }: { durationsMs: number[] }) => ({
  factorTenths: durationsMs.map(overtimeTenthsOf),
});

export const subscriberMonths = (
  policy: { planWeightsPpm: Record<string, number>; centsPerSubscriber: string },
  input: { daysInMonth: number; subscribers: { plan: string; days: number; count: number }[] },
) => {
  let months = new Fraction(0);
  for (const { plan, days, count } of input.subscribers)
    months = months.add(
      new Fraction(policy.planWeightsPpm[plan] ?? 0, 1_000_000).mul(days).mul(count).div(input.daysInMonth),
    );
  return {
    subscriberMonths: `${months.s * months.n}/${months.d}`,
    floorAmount: floorOf(months.mul(policy.centsPerSubscriber)),
  };
};

export const perPerformance = (input: { performances: number; ratesPerYear: Texts }) => {
  const amounts: Sums = table();
  for (const [year, rate] of Object.entries(input.ratesPerYear))
    amounts[year] = BigInt(input.performances) * BigInt(rate);
  return { amounts };
};

export const fxThenAllocate = (
  { rate }: { rate: string },
  { pool, weights }: { pool: string; weights: Texts },
) => {
  const converted = floorOf(new Fraction(pool).mul(new Fraction(rate)));
  const { parts, unallocated } = allocateExactly(converted, sums(weights));
  return { converted, parts, ...(unallocated === 0n ? {} : { unallocated }) };
};

/** Reverses the entries and books them again to the right payee. Omits accounts whose sum is 0. */
export const correction = (input: { entries: { account: string; amount: string }[]; correctTo: string }) => {
  const net: Sums = table();
  for (const { account, amount } of input.entries) add(net, account, -BigInt(amount));
  for (const { account, amount } of input.entries)
    add(net, account.startsWith('pool:') ? account : input.correctTo, BigInt(amount));
  // In the order in which accounts first appear: none of them is an integer, which JavaScript would sort first.
  const journal = Object.entries(net).flatMap(([account, amount]) =>
    amount === 0n ? [] : [{ account, amount }],
  );
  return { journal, sum: journal.reduce((sum, { amount }) => sum + amount, 0n) };
};

const hash = (...parts: readonly (Buffer | string)[]): Buffer => {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest();
};

export const hashChain = (texts: readonly string[]) => {
  const hashes: string[] = [];
  let last: Buffer = Buffer.alloc(32);
  for (const text of texts) {
    last = hash(last, text);
    hashes.push(last.toString('hex'));
  }
  return { hashes };
};

/** RFC 6962: splits at the largest power of two below the count. */
const treeOf = (texts: readonly string[]): Buffer => {
  if (texts.length === 0) return hash();
  if (texts.length === 1) return hash(Buffer.of(0), texts[0] ?? '');
  let k = 1;
  while (k * 2 < texts.length) k *= 2;
  return hash(Buffer.of(1), treeOf(texts.slice(0, k)), treeOf(texts.slice(k)));
};
export const merkleRoot = (texts: readonly string[]) => ({ root: treeOf(texts).toString('hex') });

export const shortStopShare = (
  policy: { bandMs: [number, number]; shareAtLeastPpm: number; minPlays: number },
  { cases }: { cases: [number, number][][] },
) => ({
  cases: cases.map((plays) => {
    const all = plays.flatMap(([ms, count]) => Array.from({ length: count }, () => ms));
    const inBand = all.filter((ms) => ms >= policy.bandMs[0] && ms < policy.bandMs[1]).length;
    const isMost =
      new Fraction(inBand).mul(1_000_000).compare(new Fraction(policy.shareAtLeastPpm).mul(all.length)) >= 0;
    return { inBand, total: all.length, flagged: all.length >= policy.minPlays && isMost };
  }),
});

const mod = (value: number, by: number): number => ((value % by) + by) % by;

/** The check characters of industry identifiers, by the formulas of ISO 7064, ISO 15707, CISAC and GS1. */
export const checkOf = {
  ISWC: (nine: string): string =>
    String(mod(10 - (Array.from(nine, Number).reduce((sum, d, i) => sum + d * (i + 1), 1) % 10), 10)),
  ISNI: (fifteen: string): string => {
    let product = 0;
    for (const digit of fifteen) product = ((product + Number(digit)) * 2) % 11;
    const check = mod(12 - product, 11);
    return check === 10 ? 'X' : String(check);
  },
  GRid: (seventeen: string): string => {
    const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
    let product = 36;
    for (const character of seventeen) {
      let sum = product + alphabet.indexOf(character);
      if (sum > 36) sum -= 36;
      product = (sum * 2) % 37;
    }
    return alphabet[mod(37 - product, 36)] ?? '';
  },
  EAN: (twelve: string): string =>
    String(mod(-Array.from(twelve, Number).reduce((sum, d, i) => sum + d * (i % 2 === 0 ? 1 : 3), 0), 10)),
} as const;
