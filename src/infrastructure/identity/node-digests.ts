import { hash } from 'node:crypto';
import { Digests } from '../../application/ports/digests.js';

export class NodeDigests extends Digests {
  sha256(data: Uint8Array | string): Uint8Array {
    // By way of a text with a character for each byte: twice as fast as memory of its own for 32 bytes.
    return Buffer.from(hash('sha256', data, 'latin1'), 'latin1');
  }
}
