/** R17's parameters. */
export type EligibilityPolicy = {
  readonly minStreams: number;
  /** Months that are looked at, the month itself included. */
  readonly windowMonths: number;
  /** Least distinct listeners in the window; null: not asked. */
  readonly minListeners: number | null;
};

/** One month of one track. `listeners` are the distinct ones of the window that ends with the month. */
export type MonthlyStreams = { readonly streams: number; readonly listeners?: number | undefined };

/**
 * R17: the streams of each month that enter its pool: all of them when the window that ends with the month reaches the
 * threshold, else none. A month that failed is never made good by a later one.
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
