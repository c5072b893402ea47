import { ppmOf, productAtLeast, PPM } from '../../shared/exact/integers.js';

/** A track's month: how many of its plays were found artificial. */
export type ArtificialShare = { readonly artificial: number; readonly total: number };

/** R18: a fee for each track and month of which more than the threshold (not just as much) was artificial. */
export const flatPenalty = (
  policy: { readonly thresholdPpm: number; readonly feePerTrack: bigint },
  { artificial, total }: ArtificialShare,
): bigint => (productAtLeast(total, policy.thresholdPpm, artificial, PPM) ? 0n : policy.feePerTrack);

/** R18: a share of what artificial plays would have earned moves from the label back to the pool. */
export type PercentPenalty = {
  readonly penalty: bigint;
  /** May fall below 0: it carries as a negative line. */
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
