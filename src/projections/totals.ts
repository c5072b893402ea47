/**
 * A total of milliseconds as a decimal string, since sums of many listeners' time may pass 2^53.
 * Takes the fast path of numbers while that is exact.
 */
export const addMs = (total: string, ms: number): string => {
  const sum = Number(total) + ms;
  return Number.isSafeInteger(sum) ? String(sum) : String(BigInt(total) + BigInt(ms));
};
