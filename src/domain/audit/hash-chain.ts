import { canonicalJson, type Json, utf8 } from '../shared/exact/canonical-json.js';
import { concat, HASH_BYTES, type Sha256 } from '../shared/exact/sha256.js';

/** h₀, the start of every chain (R19): 32 zero bytes. */
export const CHAIN_START: Uint8Array = new Uint8Array(HASH_BYTES);

/** hₙ = SHA-256(hₙ₋₁ ‖ canonical JSON of the entry): each hash commits to all entries before it (R19). */
export const chainHash = (sha256: Sha256, previous: Uint8Array, entry: Json): Uint8Array =>
  sha256(concat(previous, utf8(canonicalJson(entry))));

/** The hashes after each entry, in order. */
export const hashChain = (
  sha256: Sha256,
  entries: readonly Json[],
  start: Uint8Array = CHAIN_START,
): readonly Uint8Array[] => {
  const hashes: Uint8Array[] = [];
  let hash = start;
  for (const entry of entries) {
    hash = chainHash(sha256, hash, entry);
    hashes.push(hash);
  }
  return hashes;
};
