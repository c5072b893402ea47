/** Parameters of R17. */
export type EligibilityPolicy = {
  readonly minStreams: number;
  /** Length of the window in months, the month itself included. */
  readonly windowMonths: number;
  /** Least distinct listeners in the window; null: no minimum. */
  readonly minListeners: number | null;
};

/** One month of one track. `listeners`: distinct listeners in the window that ends with the month. */
export type MonthlyStreams = { readonly streams: number; readonly listeners?: number | undefined };

/**
 * R17: the streams of each month that enter its pool: all of them if the window that ends with the month reaches the
 * threshold, else none. A later month never makes an earlier one eligible.
 */
export const eligibleStreams = (
  { minStreams, windowMonths, minListeners }: EligibilityPolicy,
  months: readonly MonthlyStreams[],
): readonly number[] => {
  let inWindow = 0;
  return months.map(({ streams, listeners }, month) => {
    inWindow += streams - (months[month - windowMonths]?.streams ?? 0);
    const hasListeners = minListeners === null || (listeners ?? 0) >= minListeners;
    return inWindow >= minStreams && hasListeners ? streams : 0;
  });
};
