/** A seeded generator of numbers in [0, 1), the same in every run (mulberry32). */
export const seeded = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Draws integers from 0 to `size` - 1 with weights 1 / (n + 1): a Zipf distribution, in which few tracks get most plays. */
export const zipf = (size: number, random: () => number): (() => number) => {
  const upTo = new Float64Array(size);
  let sum = 0;
  for (let n = 0; n < size; n++) upTo[n] = sum += 1 / (n + 1);
  return () => {
    const drawn = random() * sum;
    let low = 0;
    let high = size - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] ?? sum) > drawn) high = middle;
      else low = middle + 1;
    }
    return low;
  };
};
