import { z } from 'zod';
import { isRejection } from '../../domain/decider.js';
import type { ShareTimeline } from '../../domain/royalty/counting/share-timeline.js';
import {
  type AccountCommand,
  type AccountState,
  payeeAccount,
} from '../../domain/royalty/payees/payee-account.js';
import { closeAccountPeriod, type PayoutTerms } from '../../domain/royalty/payees/account.js';
import { flatPenalty, percentPenalty } from '../../domain/royalty/rules/penalties.js';
import { splitByShares } from '../../domain/royalty/rules/shares.js';
import { bookedBy, restate } from '../../domain/royalty/statements/restatement.js';
import type { Settlement } from '../../domain/royalty/statements/settlement.js';
import { accounts } from '../../domain/royalty/statements/statement.js';
import { minorDigitsOf } from '../../domain/shared/currency.js';
import { amount, count, mapOf, unlessZero, weight } from './fields.js';
import {
  inSuspense,
  listenerFees,
  PERIOD_ID,
  revenue,
  rulesetWith,
  settled,
  usageOfCredits,
  usageOfSums,
} from './month.js';
import { type Operation, operation } from './operation.js';

const anyPolicy = z.strictObject({}).nullish();

const splitsOp = operation(
  anyPolicy,
  z.strictObject({ amount, sharesPpm: mapOf(weight) }),
  (_policy, input) => ({
    ...splitByShares(input.amount, input.sharesPpm),
  }),
);

const royaltyAccountOp = operation(
  z.strictObject({ minPayout: amount, currency: z.string().optional(), minorDigits: count.optional() }),
  z.strictObject({ opening: amount, periods: z.array(amount) }),
  ({ minPayout, currency, minorDigits }, { opening, periods }) => {
    const paidIn = currency ?? CURRENCY_OF_DIGITS[minorDigits ?? -1];
    if (paidIn === undefined && minorDigits !== undefined)
      return { periods: accountWithout({ minPayout, minorDigits }, opening, periods) };
    const digits = paidIn === undefined ? undefined : minorDigitsOf(paidIn);
    if (paidIn === undefined || digits === undefined)
      throw new RangeError(`${paidIn ?? 'The currency of the account'} is not in ISO 4217.`);
    if (minorDigits !== undefined && minorDigits !== digits)
      throw new RangeError(`${paidIn} has ${digits} decimals, not ${minorDigits}.`);
    const account = openAccount(paidIn, minPayout);
    if (opening !== 0n) account.earn('opening', opening);
    return {
      periods: periods.map((earned, period) => {
        account.earn(String(period), earned);
        const before = account.balance();
        account.payOut(String(period));
        return { earned, paid: before - account.balance(), closing: account.balance() };
      }),
    };
  },
);

/** A currency for each number of decimals, for vectors that give only the number. */
const CURRENCY_OF_DIGITS: Readonly<Record<number, string>> = { 0: 'JPY', 2: 'USD', 3: 'KWD', 4: 'CLF' };

/** No currency has so many decimals, and no account either: the rule alone, as the decider of an account applies it. */
const accountWithout = (terms: PayoutTerms, opening: bigint, periods: readonly bigint[]) => {
  let balance = opening;
  return periods.map((earned) => {
    const period = closeAccountPeriod(terms, balance, earned);
    balance = period.closing;
    return { ...period };
  });
};

/** The account of a payee, changed by its decider (R12). An opening balance is booked as earnings. */
const openAccount = (currency: string, minPayout: bigint) => {
  let state: AccountState = { ...payeeAccount.initial, minPayout };
  const carryOut = (command: AccountCommand): boolean => {
    const outcome = payeeAccount.decide(command, state);
    if (isRejection(outcome)) {
      if (outcome.rejected === 'NothingToPay') return false;
      throw new RangeError(outcome.detail);
    }
    state = outcome.reduce(payeeAccount.evolve, state);
    return true;
  };
  return {
    balance: () => state.balance,
    earn: (journalId: string, earned: bigint) =>
      carryOut({ type: 'CreditEarnings', data: { journalId, amount: String(earned), at: 0 } }),
    payOut: (payoutId: string) => {
      if (carryOut({ type: 'ProposePayout', data: { payoutId, currency, by: 'fay', at: 0 } }))
        carryOut({ type: 'ReleasePayout', data: { payoutId, payee: 'payee', currency, by: 'abe', at: 0 } });
    },
  };
};

/** The lines and journals of a restatement from `before` to `after` (R13). */
const restated = (before: Settlement, after: Settlement) =>
  restate(
    PERIOD_ID,
    {
      lines: new Map(before.lines.map((line) => [line.trackId, line])),
      booked: bookedBy(before.journals),
    },
    after,
  );

const restateOp = operation(
  anyPolicy,
  z.strictObject({ pool: amount, oldCredits: mapOf(weight), newCredits: mapOf(weight) }),
  (_policy, { pool, oldCredits, newCredits }) => {
    const settledBy = (credits: ReadonlyMap<string, bigint>) =>
      settled(rulesetWith(), [revenue(pool)], usageOfCredits(rulesetWith(), credits));
    const [before, after] = [settledBy(oldCredits), settledBy(newCredits)];
    const { lines } = restated(before, after);
    const moved = new Map(lines.map(({ trackId, amount }) => [trackId, amount]));
    const trackIds = [...oldCredits.keys(), ...newCredits.keys()];
    return {
      old: amountsOf(before),
      new: amountsOf(after),
      // A restatement has no line for a track that it does not change.
      deltas: new Map(trackIds.map((trackId) => [trackId, moved.get(trackId) ?? 0n])),
      ...unlessZero('suspense', inSuspense(after.shared) - inSuspense(before.shared)),
    };
  },
);

const amountsOf = ({ lines }: Settlement): ReadonlyMap<string, bigint> =>
  new Map(lines.map(({ trackId, amount }) => [trackId, amount]));

const PAYABLE = 'payable:';

const correctionOp = operation(
  anyPolicy,
  z.strictObject({
    entries: z.array(z.looseObject({ account: z.string(), amount })),
    correctTo: z.string(),
  }),
  (_policy, { entries, correctTo }) => {
    // Each entry becomes the fee of a listener who plays only the track of the payee: that books any amount to any payee.
    const payable = Map.groupBy(entries, ({ account }) => account);
    const paid = [...payable.keys()]
      .filter((account) => account.startsWith(PAYABLE))
      .map((account) => ({
        account,
        amount: (payable.get(account) ?? []).reduce((sum, entry) => sum + entry.amount, 0n),
      }));
    const ruleset = rulesetWith({ model: 'userCentric', distributablePpm: 1_000_000, idleFees: 'suspense' });
    const settledTo = (payeeOf: (account: string) => string) =>
      settled(
        ruleset,
        [listenerFees(paid.map(({ account, amount: fee }) => ({ userId: account, fee })))],
        usageOfSums(
          ruleset,
          paid.map(({ account }) => ({ trackId: account, plays: 1n, creditPpm: 1n, freePpm: 1n })),
          paid.map(({ account }) => ({ listenerId: account, credits: new Map([[account, 1n]]) })),
          { timelineOf: (account) => ownedBy(payeeOf(account)) },
        ),
      );
    const { journals } = restated(
      settledTo((account) => account),
      settledTo(() => correctTo),
    );
    const [moved = new Map<string, bigint>()] = bookedBy(journals).values();
    const inOrder = [...new Set([...paid.map(({ account }) => account), correctTo])];
    const journal = inOrder.flatMap((account) => {
      const change = moved.get(accounts.payee(account));
      return change === undefined ? [] : [{ account, amount: change }];
    });
    let sum = 0n;
    for (const change of moved.values()) sum += change;
    return { journal, sum };
  },
);

const ownedBy = (payee: string): ShareTimeline => [{ from: 0, shares: new Map([[payee, 1_000_000n]]) }];

const flatPenaltyOp = operation(
  z.strictObject({ thresholdPpm: count, feePerTrack: amount, currency: z.string().optional() }),
  z.strictObject({ tracks: mapOf(z.strictObject({ artificial: count, total: count })) }),
  (policy, { tracks }) => {
    const fees = new Map(Array.from(tracks, ([track, plays]) => [track, flatPenalty(policy, plays)]));
    return { fees, total: [...fees.values()].reduce((sum, fee) => sum + fee, 0n) };
  },
);

const percentPenaltyOp = operation(
  z.strictObject({ penaltyPpm: count }),
  z.strictObject({ artificialValue: amount, labelPayable: amount }),
  ({ penaltyPpm }, { artificialValue, labelPayable }) => ({
    ...percentPenalty(penaltyPpm, artificialValue, labelPayable),
  }),
);

export const ledgerOperations: Readonly<Record<string, Operation>> = {
  splits: splitsOp,
  royaltyAccount: royaltyAccountOp,
  restate: restateOp,
  correction: correctionOp,
  flatPenalty: flatPenaltyOp,
  percentPenalty: percentPenaltyOp,
};
