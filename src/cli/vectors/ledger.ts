import { z } from 'zod';
import { settleAll } from '../../domain/royalty/payees/account.js';
import { flatPenalty, percentPenalty } from '../../domain/royalty/rules/penalties.js';
import { correctionOf, restatePool, sumOf } from '../../domain/royalty/rules/restate.js';
import { splitByShares } from '../../domain/royalty/rules/shares.js';
import { minorDigitsOf } from '../../domain/shared/currency.js';
import { amount, count, mapOf, unlessZero, weight } from './fields.js';
import { type Operation, operation } from './operation.js';

const anyPolicy = z.looseObject({}).nullish();

const splitsOp = operation(anyPolicy, z.object({ amount, sharesPpm: mapOf(weight) }), (_policy, input) => ({
  ...splitByShares(input.amount, input.sharesPpm),
}));

const royaltyAccountOp = operation(
  z.object({ minPayout: amount, currency: z.string().optional(), minorDigits: count.optional() }),
  z.object({ opening: amount, periods: z.array(amount) }),
  ({ minPayout, currency, minorDigits }, { opening, periods }) => {
    const digits = minorDigits ?? (currency === undefined ? undefined : minorDigitsOf(currency));
    if (digits === undefined) throw new RangeError(`${currency ?? 'No currency'} is not in ISO 4217.`);
    return {
      periods: settleAll({ minPayout, minorDigits: digits }, opening, periods).map((period) => ({
        ...period,
      })),
    };
  },
);

const restateOp = operation(
  anyPolicy,
  z.object({ pool: amount, oldCredits: mapOf(weight), newCredits: mapOf(weight) }),
  (_policy, { pool, oldCredits, newCredits }) => {
    const { suspenseDelta, ...restated } = restatePool(pool, oldCredits, newCredits);
    return { ...restated, ...unlessZero('suspense', suspenseDelta) };
  },
);

const correctionOp = operation(
  anyPolicy,
  z.object({ entries: z.array(z.object({ account: z.string(), amount })), correctTo: z.string() }),
  (_policy, { entries, correctTo }) => {
    const journal = correctionOf(entries, correctTo);
    return { journal: journal.map((line) => ({ ...line })), sum: sumOf(journal) };
  },
);

const flatPenaltyOp = operation(
  z.object({ thresholdPpm: count, feePerTrack: amount }),
  z.object({ tracks: mapOf(z.object({ artificial: count, total: count })) }),
  (policy, { tracks }) => {
    const fees = new Map(Array.from(tracks, ([track, plays]) => [track, flatPenalty(policy, plays)]));
    return { fees, total: [...fees.values()].reduce((sum, fee) => sum + fee, 0n) };
  },
);

const percentPenaltyOp = operation(
  z.object({ penaltyPpm: count }),
  z.object({ artificialValue: amount, labelPayable: amount }),
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
