import { merkleAccumulator } from '../../shared/exact/merkle-accumulator.js';
import { canonicalJson, type Json } from '../../shared/exact/canonical-json.js';
import { hex, type Sha256 } from '../../shared/exact/sha256.js';
import { compareBytes } from '../../shared/exact/byte-order.js';
import type { MechanicalPool } from '../rules/mechanical.js';
import { type Period, periodIdOf } from '../periods/period-id.js';
import type { BookedAmount, RecordedLine } from './ledger-events.js';
import type { PeriodInput, SettlementSummary } from '../periods/period-events.js';
import type { Ruleset } from '../rulesets/ruleset.js';
import { charge, hasLine } from './charges.js';
import { figuresOf } from '../sharing/figures.js';
import { type Journal, journalsOf } from './journals.js';
import { type Shared, sharePool, type Unsettled, yearOf } from '../sharing/pools.js';
import { type Booking, type StatementLine, statementLine } from './statement.js';
import type { Usage } from '../sharing/usage.js';

/** Version of the rules as code. Change it when the same ruleset and inputs could give another statement. */
export const CODE_VERSION = 'settlement-5';

/** The result of settling a period. `summary` has no time, so that a repeat gives the same. */
export type Settlement = {
  readonly summary: Omit<SettlementSummary, 'at'>;
  /** In order of track, by bytes. */
  readonly lines: readonly StatementLine[];
  readonly journals: readonly Journal[];
  /** The allocation of the pool, with its steps (R7 to R10). */
  readonly shared: Shared;
};

/** All inputs of a settlement except usage. */
export type SettlementInput = {
  readonly period: Period;
  /** Decimal position in the log. */
  readonly fence: string;
  readonly ruleset: Ruleset;
  readonly rulesetHash: string;
  readonly inputs: readonly PeriodInput[];
  /** Cases of the period as of the fence. */
  readonly cases: readonly CaseFacts[];
  readonly sha256: Sha256;
};

/** A case about plays of a period, and its decision. */
export type CaseFacts = {
  readonly caseId: string;
  readonly subject: { readonly kind: 'track' | 'listener' | 'play' | 'device'; readonly id: string };
  readonly status: 'open' | 'confirm' | 'release';
  /** The case is about contradicting reports (R15). It holds the play only while the reports contradict each other. */
  readonly isConflict?: true;
};

/**
 * Settles a month of usage: the pool, the amount of each track by account, and the journals that book them.
 *
 * @throws {RangeError} if the allocated money does not add up to the pool (I1); nothing may be booked then
 */
export const settlementOf = (input: SettlementInput, usage: Usage): Settlement | Unsettled | NoMoney => {
  const { period, ruleset, sha256 } = input;
  const figures = figuresOf(input.inputs);
  if (!figures) return NO_MONEY;
  const pooled = sharePool(ruleset, period.month, figures, usage);
  if ('rejected' in pooled) return pooled;
  const charged = charge(ruleset, yearOf(period.month), pooled, usage.tracks);
  const shared = { ...pooled, amounts: charged.amounts, suspense: charged.suspense };

  const lines = usage.tracks.flatMap((track, index) =>
    hasLine(track, charged)
      ? [statementLine(track, shared.amounts[index] ?? 0n, charged.penalties.get(track.trackId))]
      : [],
  );
  const journals = journalsOf(periodIdOf(period), figures, shared, lines);
  assertBalanced(shared, lines, journals);
  const { counted, rejected, held, countedRoot, rejectedRoot } = usage;
  return {
    summary: {
      fence: input.fence,
      rulesetHash: input.rulesetHash,
      codeVersion: CODE_VERSION,
      currency: shared.currency,
      pool: String(shared.pool),
      counted,
      rejected,
      held,
      tracks: lines.length,
      inputRoot: inputRootOf(input, usage),
      countedRoot,
      rejectedRoot,
      linesRoot: linesRootOf(sha256, lines),
      ...sumsOf(lines),
      suspense: String(shared.suspense.reduce((sum, { amount }) => sum + amount, 0n)),
      platform: String(shared.platform),
      ...penaltiesIn(lines),
      ...(shared.steps && { steps: stepsOf(shared.steps) }),
    },
    lines,
    journals,
    shared,
  };
};

/** As statements have always stored it: an Offering without a floor has 0. */
const stepsOf = ({ payablePool, floor = 0n, ...steps }: MechanicalPool): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries({ ...steps, floor, payablePool }).map(([step, amount]) => [step, String(amount)]),
  );

/** Why a period without recorded money cannot be settled: its currency is unknown. */
export type NoMoney = { readonly rejected: 'NoRevenue'; readonly detail: string };

const NO_MONEY: NoMoney = {
  rejected: 'NoRevenue',
  detail: 'The period has no recorded money. Record its revenue first, even if it is 0.',
};

/** A line as hashed and stored: money as decimal strings. */
export const lineRecord = ({ amount, splits, penalty, ...line }: StatementLine): RecordedLine => ({
  ...line,
  amount: String(amount),
  splits: splits.map(bookedAmount),
  ...(penalty && {
    penalty: { artificial: penalty.artificial, charges: penalty.charges.map(bookedAmount) },
  }),
});

const bookedAmount = ({ account, amount }: Booking): BookedAmount => ({ account, amount: String(amount) });

/** Merkle root (R19) over the lines in order of track, in hexadecimal. */
export const linesRootOf = (sha256: Sha256, lines: readonly StatementLine[]): string =>
  rootOf(
    sha256,
    lines.map((line) => canonicalJson(lineRecord(line))),
  );

/**
 * Merkle root (R19) over all inputs except plays. Sorted by canonical form, so that the order of arrival does not
 * matter.
 */
const inputRootOf = ({ inputs, cases, sha256 }: SettlementInput, usage: Usage): string => {
  const facts: Json[] = [
    ...inputs.map(({ type, data }): Json => ({ type, data: data as Json })),
    ...cases.map((facts): Json => ({ type: 'case', data: facts })),
    ...usage.tracks
      .filter(({ isNoise }) => isNoise)
      .map(({ trackId }): Json => ({ type: 'noise', data: { trackId } })),
    ...Array.from(usage.corrected, ([trackId, durationMs]): Json => ({
      type: 'length',
      data: { trackId, durationMs },
    })),
    ...usage.tracks.flatMap(({ trackId, timeline }) =>
      timeline.map(({ from, shares }): Json => ({
        type: 'shares',
        data: { trackId, from, shares: [...shares].map(([party, ppm]): Json => [party, ppm]) },
      })),
    ),
  ];
  return rootOf(sha256, facts.map(canonicalJson).sort(compareBytes));
};

const rootOf = (sha256: Sha256, records: readonly string[]): string => {
  const tree = merkleAccumulator(sha256);
  // U+0000 is the byte 0 that RFC 6962 puts before a leaf.
  for (const record of records) tree.add(sha256(`\0${record}`));
  return hex(tree.root());
};

const penaltiesIn = (lines: readonly StatementLine[]): Pick<SettlementSummary, 'penalties'> => {
  let sum = 0n;
  for (const { penalty } of lines) for (const { amount } of penalty?.charges ?? []) sum += amount;
  return sum === 0n ? {} : { penalties: String(sum) };
};

const sumsOf = (lines: readonly StatementLine[]) => {
  const sums = { payee: 0n, disputed: 0n, unmatched: 0n, held: 0n };
  for (const { splits } of lines)
    for (const { account, amount } of splits) {
      const kind = account.slice(0, account.indexOf(':')) as keyof typeof sums;
      sums[kind] += amount;
    }
  return {
    payable: String(sums.payee),
    disputed: String(sums.disputed),
    unmatched: String(sums.unmatched),
    heldAmount: String(sums.held),
  };
};

/** I1, checked in every settlement: one that loses or creates money must fail. */
const assertBalanced = (
  { pool, suspense }: Shared,
  lines: readonly StatementLine[],
  journals: readonly Journal[],
): void => {
  let allocated = suspense.reduce((sum, { amount }) => sum + amount, 0n);
  for (const { trackId, amount, splits } of lines) {
    const split = splits.reduce((sum, booking) => sum + booking.amount, 0n);
    if (split !== amount)
      throw new RangeError(`I1: the splits of ${trackId} add up to ${split}, not ${amount}.`);
    allocated += amount;
  }
  if (allocated !== pool) throw new RangeError(`I1: ${allocated} of a pool of ${pool} is allocated.`);
  for (const { reason, lines } of journals) {
    const sum = lines.reduce((total, { amount }) => total + amount, 0n);
    if (sum !== 0n) throw new RangeError(`I1: a journal of ${reason} adds up to ${sum}, not to 0.`);
  }
};
