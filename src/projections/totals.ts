/** Adds to a total of milliseconds. It is a decimal string, since totals over many listeners may exceed 2^53. */
export const addMs = (total: string, ms: number): string => {
  const sum = Number(total) + ms;
  return Number.isSafeInteger(sum) ? String(sum) : String(BigInt(total) + BigInt(ms));
};
