import { hash } from 'node:crypto';
import { Digests } from '../../application/ports/digests.js';

export class NodeDigests extends Digests {
  sha256(data: Uint8Array | string): Uint8Array {
    // Through a latin1 string: twice as fast as allocating a buffer for 32 bytes.
    return Buffer.from(hash('sha256', data, 'latin1'), 'latin1');
  }
}
