/** Adds `amount` to what `id` has. */
export const addTo = (sums: Map<string, bigint>, id: string, amount: bigint): void => {
  sums.set(id, (sums.get(id) ?? 0n) + amount);
};
