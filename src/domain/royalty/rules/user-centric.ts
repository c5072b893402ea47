import { allocate, allocateSmall, isSmall } from './allocate.js';
import { addTo, type SharedOut } from './shared-out.js';

/** One user's month: the distributable part of the fee in micro-units, and credits in ppm of a play by track. */
export type UserUsage = { readonly fee: bigint; readonly credits: ReadonlyMap<string, bigint> };

/** Where the fees of users without any credit go: to everybody's tracks (R8), or to suspense. */
export type IdleFees = 'pro-rata' | 'suspense';

/**
 * R8: what a user paid goes to what that user played. `users` is read once, so that it may be a cursor; each user must
 * come whole and once. Their order changes nothing.
 */
export const userCentric = (users: Iterable<UserUsage>, idleFees: IdleFees = 'pro-rata'): SharedOut => {
  const tracks = new Map<string, bigint>();
  const everybody = new Map<string, bigint>();
  let idle = 0n;
  for (const { fee, credits } of users) {
    for (const [track, credit] of credits) addTo(everybody, track, credit);
    const parts = partsOf(fee, credits);
    if (!parts) idle += fee;
    for (const track of credits.keys()) addTo(tracks, track, parts?.get(track) ?? 0n);
  }
  if (idleFees === 'suspense') return { tracks, suspense: idle };

  const rest = allocate(idle, everybody);
  for (const [track, part] of rest.parts) addTo(tracks, track, part);
  return { tracks, suspense: rest.unallocated };
};

/** One user's fee by track; undefined when the user has no credit. */
const partsOf = (
  fee: bigint,
  credits: ReadonlyMap<string, bigint>,
): ReadonlyMap<string, bigint> | undefined => {
  let sum = 0n;
  for (const credit of credits.values()) sum += credit;
  if (sum === 0n) return undefined;
  if (!isSmall(Number(fee), Number(sum))) return allocate(fee, credits).parts;

  const ids = [...credits.keys()];
  const parts = allocateSmall(Number(fee), ids, Array.from(credits.values(), Number));
  return new Map(ids.map((id, i) => [id, BigInt(parts?.[i] ?? 0)]));
};
