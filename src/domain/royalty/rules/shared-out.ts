/** Adds `amount` to the sum of `id`. */
export const addTo = (sums: Map<string, bigint>, id: string, amount: bigint): void => {
  sums.set(id, (sums.get(id) ?? 0n) + amount);
};
