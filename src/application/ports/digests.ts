/** Cryptographic digests, for names that anybody can compute again. */
export abstract class Digests {
  /** SHA-256 of the bytes: 32 bytes. */
  abstract sha256(bytes: Uint8Array): Uint8Array;
}
