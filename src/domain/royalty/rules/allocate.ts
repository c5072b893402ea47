import { compareBytes } from '../../shared/exact/byte-order.js';

/** The part of each id, in the order of the weights, and the amount that could not be allocated. */
export type Allocation = {
  readonly parts: ReadonlyMap<string, bigint>;
  /** The whole total if all weights are 0, else 0. It goes to suspense. */
  readonly unallocated: bigint;
};

/**
 * R6, the largest remainder method; the only code that divides money. Each id gets ⌊total × weight / Σ weights⌋;
 * the units left over go one each to the largest remainders, on ties to the lower id. A weight of 0 never gets a
 * unit. A negative total mirrors the positive one.
 *
 * The parts and `unallocated` add up to `total`; no part is a whole unit away from its exact share. The order of the
 * weights changes nothing.
 *
 * @throws {RangeError} for a negative weight
 */
export const allocate = (total: bigint, weights: ReadonlyMap<string, bigint>): Allocation => {
  const ids = [...weights.keys()];
  const parts = allocateAmong(total, ids, [...weights.values()]);
  if (!parts) return { parts: new Map(ids.map((id) => [id, 0n])), unallocated: total };
  return { parts: new Map(ids.map((id, i) => [id, at(parts, i)])), unallocated: 0n };
};

/**
 * R6 over parallel lists, for pools of a million weights. `ids` must be distinct.
 *
 * @returns the part of each weight, or undefined when all weights are 0
 * @throws {RangeError} for a negative weight
 */
export const allocateAmong = (
  total: bigint,
  ids: readonly string[],
  weights: readonly bigint[],
): readonly bigint[] | undefined => {
  let sum = 0n;
  for (const weight of weights) {
    if (weight < 0n) throw new RangeError(`A weight is at least 0, not ${weight}.`);
    sum += weight;
  }
  if (sum === 0n) return undefined;
  if (total < 0n) return allocateAmong(-total, ids, weights)?.map((part) => -part);

  const parts: bigint[] = [];
  const remainders = remaindersBelow(sum, weights.length);
  let left = total;
  for (let i = 0; i < weights.length; i++) {
    const product = total * at(weights, i);
    const part = product / sum;
    parts.push(part);
    remainders[i] = product - part * sum;
    left -= part;
  }
  // Fewer units are left than remainders above 0, so each unit finds an id.
  for (const i of largest(remainders, ascending(remainders), Number(left), ids)) parts[i] = at(parts, i) + 1n;
  return parts;
};

/**
 * R6 in plain integers, for the many small allocations of a user-centric month. Requires total × Σ weights to be a safe
 * integer: then so is every product and remainder below, and each step is exact.
 *
 * @returns undefined when all weights are 0
 * @throws {RangeError} for a negative weight, and if the numbers are not small (`isSmall`)
 */
export const allocateSmall = (
  total: number,
  ids: readonly string[],
  weights: readonly number[],
): readonly number[] | undefined => {
  let sum = 0;
  for (const weight of weights) {
    if (weight < 0) throw new RangeError(`A weight is at least 0, not ${weight}.`);
    sum += weight;
  }
  if (sum === 0) return undefined;
  if (!isSmall(total, sum)) throw new RangeError(`${total} × ${sum} is beyond 2⁵³: use allocateAmong.`);

  const parts: number[] = [];
  const remainders = new Float64Array(weights.length);
  let left = total;
  for (let i = 0; i < weights.length; i++) {
    const product = total * at(weights, i);
    const remainder = product % sum;
    const part = (product - remainder) / sum;
    parts.push(part);
    remainders[i] = remainder;
    left -= part;
  }
  if (left > 0)
    for (const i of largest(remainders, remainders.slice().sort(), left, ids)) parts[i] = at(parts, i) + 1;
  return parts;
};

/** Whether `allocateSmall` may divide `total` by weights of this sum. */
export const isSmall = (total: number, sum: number): boolean =>
  total >= 0 && total * sum <= Number.MAX_SAFE_INTEGER;

/** Indices of the `count` largest remainders, on ties those of the lower ids. */
const largest = <N extends number | bigint>(
  remainders: ArrayLike<N>,
  sorted: ArrayLike<N>,
  count: number,
  ids: readonly string[],
): readonly number[] => {
  if (count === 0) return [];
  const threshold = at(sorted, sorted.length - count);
  const chosen: number[] = [];
  const tied: number[] = [];
  for (let i = 0; i < remainders.length; i++) {
    const remainder = at(remainders, i);
    if (remainder > threshold) chosen.push(i);
    else if (remainder === threshold) tied.push(i);
  }
  // Ids decide only among the remainders that tie for the last place.
  if (chosen.length + tied.length > count) tied.sort((i, j) => compareBytes(at(ids, i), at(ids, j)));
  return [...chosen, ...tied.slice(0, count - chosen.length)];
};

/** An array for remainders of a division by `sum`: of 64-bit integers where they fit, which sorts many times faster. */
const remaindersBelow = (sum: bigint, length: number): BigUint64Array | bigint[] =>
  sum <= 2n ** 64n ? new BigUint64Array(length) : Array.from({ length }, () => 0n);

const ascending = (values: BigUint64Array | bigint[]): ArrayLike<bigint> =>
  values instanceof BigUint64Array
    ? values.slice().sort()
    : [...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

const at = <T>(list: ArrayLike<T>, index: number): T => {
  const item = list[index];
  if (item === undefined) throw new RangeError(`There are ${list.length} items, none at ${index}.`);
  return item;
};
