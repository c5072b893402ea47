import { ppmOf, productAtLeast, PPM } from '../../shared/exact/integers.js';

/** Plays of a track in a month, and how many of them were artificial. */
export type ArtificialShare = { readonly artificial: number; readonly total: number };

/** R18: the fee for a track and month if more than the threshold of its plays (not exactly the threshold) was artificial. */
export const flatPenalty = (
  policy: { readonly thresholdPpm: number; readonly feePerTrack: bigint },
  { artificial, total }: ArtificialShare,
): bigint => (productAtLeast(total, policy.thresholdPpm, artificial, PPM) ? 0n : policy.feePerTrack);

/** R18: moves a share of the money that artificial plays would have earned from the label back to the pool. */
export type PercentPenalty = {
  readonly penalty: bigint;
  /** May be below 0: the statement then carries a negative line. */
  readonly labelPayable: bigint;
  readonly poolCredit: bigint;
};

export const percentPenalty = (
  penaltyPpm: number,
  artificialValue: bigint,
  labelPayable: bigint,
): PercentPenalty => {
  const penalty = ppmOf(artificialValue, penaltyPpm);
  return { penalty, labelPayable: labelPayable - penalty, poolCredit: penalty };
};
