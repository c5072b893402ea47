/** Cryptographic digests, for names that anybody can recompute. */
export abstract class Digests {
  /** SHA-256 of the bytes, or of the UTF-8 of a well-formed text: 32 bytes. */
  abstract sha256(data: Uint8Array | string): Uint8Array;
}
