/**
 * Sums of micro-units by index. Millions of small parts are added as safe integers, because each addition of bigints
 * allocates an object.
 */
export type MoneySums = {
  readonly add: (place: number, amount: bigint) => void;
  /**
   * @param parts 0 or more each, with a sum that is a safe integer
   * @param placeOf the index in the sums of each part
   */
  readonly addSmall: (parts: readonly number[], placeOf: (index: number) => number) => void;
  readonly amounts: () => bigint[];
};

export const openMoneySums = (places: number): MoneySums => {
  const amounts = Array.from({ length: places }, () => 0n);
  const small = new Float64Array(places);
  /** Upper bound of each entry of `small`. */
  let bound = 0;
  const carry = (): void => {
    for (let place = 0; place < places; place++)
      amounts[place] = (amounts[place] ?? 0n) + BigInt(small[place] ?? 0);
    small.fill(0);
    bound = 0;
  };
  return {
    add: (place, amount) => {
      amounts[place] = (amounts[place] ?? 0n) + amount;
    },
    addSmall: (parts, placeOf) => {
      let total = 0;
      for (const part of parts) total += part;
      if (bound + total > Number.MAX_SAFE_INTEGER) carry();
      bound += total;
      for (let i = 0; i < parts.length; i++) {
        const place = placeOf(i);
        small[place] = (small[place] ?? 0) + (parts[i] ?? 0);
      }
    },
    amounts: () => {
      carry();
      return amounts;
    },
  };
};
