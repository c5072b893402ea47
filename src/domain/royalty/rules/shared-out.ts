/** Money of a pool by track (or work, or whatever the weights named), and what nobody could be given. */
export type SharedOut = { readonly tracks: ReadonlyMap<string, bigint>; readonly suspense: bigint };

/** Adds `amount` to what `id` has. */
export const addTo = (sums: Map<string, bigint>, id: string, amount: bigint): void => {
  sums.set(id, (sums.get(id) ?? 0n) + amount);
};
