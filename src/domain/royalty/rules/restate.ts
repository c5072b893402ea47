import { allocate } from './allocate.js';

/** A closed pool under its old and its new credits. The deltas of tracks and of suspense add up to 0. */
export type Restatement = {
  readonly old: ReadonlyMap<string, bigint>;
  readonly new: ReadonlyMap<string, bigint>;
  /** Of every track that is in either, 0 included. */
  readonly deltas: ReadonlyMap<string, bigint>;
  readonly suspenseDelta: bigint;
};

/**
 * R13: usage found or corrected after the close moves money between tracks of the same pool, under the same ruleset.
 * The deltas are posted in the open period; the closed one is not touched.
 */
export const restatePool = (
  pool: bigint,
  oldCredits: ReadonlyMap<string, bigint>,
  newCredits: ReadonlyMap<string, bigint>,
): Restatement => {
  const before = allocate(pool, oldCredits);
  const after = allocate(pool, newCredits);
  return {
    old: before.parts,
    new: after.parts,
    deltas: deltasBetween(before.parts, after.parts),
    suspenseDelta: after.unallocated - before.unallocated,
  };
};

/** What each id of either list gained or lost. */
export const deltasBetween = (
  before: ReadonlyMap<string, bigint>,
  after: ReadonlyMap<string, bigint>,
): ReadonlyMap<string, bigint> => {
  const ids = new Set([...before.keys(), ...after.keys()]);
  return new Map(Array.from(ids, (id) => [id, (after.get(id) ?? 0n) - (before.get(id) ?? 0n)]));
};

/** One side of a journal: an account (`payable:…`, `pool:…`) and a signed amount in micro-units. */
export type JournalLine = { readonly account: string; readonly amount: bigint };

/**
 * Undoes a journal and books it to another payee: the whole reversal and the whole new journal as one, so that what did
 * not change (the pool's side) does not appear. The wrong journal stays in the books.
 *
 * @returns lines that add up to what `lines` added up to less itself: 0
 */
export const correctionOf = (lines: readonly JournalLine[], correctTo: string): readonly JournalLine[] => {
  const net = new Map<string, bigint>();
  const book = (account: string, amount: bigint): void => {
    net.set(account, (net.get(account) ?? 0n) + amount);
  };
  for (const { account, amount } of lines) book(account, -amount);
  for (const { account, amount } of lines) book(isPool(account) ? account : correctTo, amount);
  return Array.from(net, ([account, amount]) => ({ account, amount })).filter(({ amount }) => amount !== 0n);
};

/** 0 for every sound journal (I1). */
export const sumOf = (lines: readonly JournalLine[]): bigint =>
  lines.reduce((sum, { amount }) => sum + amount, 0n);

const isPool = (account: string): boolean => account.startsWith('pool:');
