import { hash } from 'node:crypto';
import { Digests } from '../../application/ports/digests.js';

export class NodeDigests extends Digests {
  sha256(bytes: Uint8Array): Uint8Array {
    return hash('sha256', bytes, 'buffer');
  }
}
