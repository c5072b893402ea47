/**
 * Money by place, in micro-units. Millions of small parts are added up as safe integers, since each sum of bigints is a new
 * object.
 */
export type MoneySums = {
  readonly add: (place: number, amount: bigint) => void;
  /**
   * @param parts of one whole, each 0 or more, whose sum is a safe integer
   * @param placeOf the place of each
   */
  readonly addSmall: (parts: readonly number[], placeOf: (index: number) => number) => void;
  readonly amounts: () => bigint[];
};

export const openMoneySums = (places: number): MoneySums => {
  const amounts = Array.from({ length: places }, () => 0n);
  const small = new Float64Array(places);
  /** No place has more of the small ones. */
  let most = 0;
  const carry = (): void => {
    for (let place = 0; place < places; place++)
      amounts[place] = (amounts[place] ?? 0n) + BigInt(small[place] ?? 0);
    small.fill(0);
    most = 0;
  };
  return {
    add: (place, amount) => {
      amounts[place] = (amounts[place] ?? 0n) + amount;
    },
    addSmall: (parts, placeOf) => {
      let whole = 0;
      for (const part of parts) whole += part;
      if (most + whole > Number.MAX_SAFE_INTEGER) carry();
      most += whole;
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
