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

/** Version of the rules as code. It changes when the same ruleset and inputs could come to another statement. */
export const CODE_VERSION = 'settlement-5';

/** What a period comes to: `summary` without the instant at which it was found. */
export type Settlement = {
  readonly summary: Omit<SettlementSummary, 'at'>;
  /** In order of track, by bytes. */
  readonly lines: readonly StatementLine[];
  readonly journals: readonly Journal[];
  /** Money by its place in the pool: R7 to R10 as they went, for those who want to see the steps. */
  readonly shared: Shared;
};

/** Everything that a settlement rests on besides the plays. */
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

/** A suspicion about a period's plays, and what became of it. */
export type CaseFacts = {
  readonly caseId: string;
  readonly subject: { readonly kind: 'track' | 'listener' | 'play' | 'device'; readonly id: string };
  readonly status: 'open' | 'confirm' | 'release';
  /** It is about what devices said of its play (R15); holds only as long as that contradicts itself. */
  readonly isConflict?: true;
};

/**
 * A month of usage as money: the pool, each track's part, whose it is, and the journals that book it.
 *
 * @throws {RangeError} when not every micro-unit has its place (I1): nothing may be booked then
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
  assertWhole(shared, lines, journals);
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

export type NoMoney = { readonly rejected: 'NoRevenue'; readonly detail: string };

const NO_MONEY: NoMoney = {
  rejected: 'NoRevenue',
  detail: 'No money is on record for this period. Record its revenue, be it 0, before it is settled.',
};

/** A line as it is hashed and stored: money as decimal strings. */
export const lineRecord = ({ amount, splits, penalty, ...line }: StatementLine): RecordedLine => ({
  ...line,
  amount: String(amount),
  splits: splits.map(bookedAmount),
  ...(penalty && {
    penalty: { artificial: penalty.artificial, charges: penalty.charges.map(bookedAmount) },
  }),
});

const bookedAmount = ({ account, amount }: Booking): BookedAmount => ({ account, amount: String(amount) });

/** R19, over the lines in order of track. */
export const linesRootOf = (sha256: Sha256, lines: readonly StatementLine[]): string =>
  rootOf(
    sha256,
    lines.map((line) => canonicalJson(lineRecord(line))),
  );

/** R19, over all that went in besides plays, in order of its canonical form: in which order it came does not show. */
const inputRootOf = ({ inputs, cases, sha256 }: SettlementInput, usage: Usage): string => {
  const facts: Json[] = [
    ...inputs.map(({ type, data }): Json => ({ type, data: data as Json })),
    ...cases.map((one): Json => ({ type: 'case', data: one })),
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

/** I1, looked at every time: a settlement that loses or makes money must stop here, loudly. */
const assertWhole = (
  { pool, suspense }: Shared,
  lines: readonly StatementLine[],
  journals: readonly Journal[],
): void => {
  let placed = suspense.reduce((sum, { amount }) => sum + amount, 0n);
  for (const { trackId, amount, splits } of lines) {
    const split = splits.reduce((sum, booking) => sum + booking.amount, 0n);
    if (split !== amount) throw new RangeError(`I1: the splits of ${trackId} make ${split}, not ${amount}.`);
    placed += amount;
  }
  if (placed !== pool) throw new RangeError(`I1: ${placed} of a pool of ${pool} has found its place.`);
  for (const { reason, lines } of journals) {
    const sum = lines.reduce((total, { amount }) => total + amount, 0n);
    if (sum !== 0n) throw new RangeError(`I1: a journal of ${reason} adds up to ${sum}, not to 0.`);
  }
};
